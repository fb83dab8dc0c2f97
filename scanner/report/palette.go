package report

import (
	"github.com/fatih/color"

	"github.com/patlint/patlint/rules"
)

// palette holds the colours of one report. Each is switched on or off by
// itself: the library's global switch belongs to nobody, and it looks at the
// environment, which is the command's to read.
type palette struct {
	strong, dim, good, bad, secret, rule *color.Color
	severity                             [rules.Critical + 1]*color.Color
}

func newPalette(on bool) *palette {
	paint := func(attributes ...color.Attribute) *color.Color {
		c := color.New(attributes...)
		if on {
			c.EnableColor()
		} else {
			c.DisableColor()
		}
		return c
	}
	p := &palette{
		strong: paint(color.Bold), dim: paint(color.Faint),
		good: paint(color.FgGreen), bad: paint(color.FgRed, color.Bold),
		secret: paint(color.FgYellow), rule: paint(color.FgCyan),
	}
	p.severity = [...]*color.Color{
		rules.Critical: paint(color.FgHiRed, color.Bold),
		rules.High:     paint(color.FgRed, color.Bold),
		rules.Medium:   paint(color.FgYellow, color.Bold),
		rules.Low:      paint(color.FgBlue, color.Bold),
		0:              paint(color.Bold),
	}
	return p
}
