package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/mattn/go-isatty"
)

// asker asks the person at the terminal.
type asker struct {
	in     io.Reader
	out    io.Writer
	opened *os.File // to be closed; nil if it is not ours
}

// openAsker returns who can be asked: the person at standard input, or at the
// terminal that the program was started from. The error says that there is nobody.
func (c *console) openAsker() (*asker, error) {
	if file, ok := c.in.(*os.File); ok && isatty.IsTerminal(file.Fd()) && isTerminal(c.err) {
		return &asker{in: file, out: c.err}, nil
	}
	file, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil || !isatty.IsTerminal(file.Fd()) {
		if err == nil {
			file.Close()
		}
		return nil, usage("there is no terminal to ask at: say --yes to revoke without being asked, or --dry-run to see what would be done")
	}
	return &asker{file, file, file}, nil
}

func (a *asker) close() {
	if a != nil && a.opened != nil {
		a.opened.Close()
	}
}

// shown tells whether what goes to w is seen by who is asked.
func (a *asker) isShown(w io.Writer) bool { return a.out == w || isTerminal(w) }

// confirm asks, and tells whether the answer is yes. Nothing else is one.
func (a *asker) confirm(ctx context.Context, question string) bool {
	fmt.Fprintf(a.out, "patlint: %s Type yes to go on: ", safe(question))
	answers := make(chan string, 1)
	go func() { // ends with the program if nobody answers
		line, _ := bufio.NewReader(io.LimitReader(a.in, 100)).ReadString('\n')
		answers <- line
	}()
	select {
	case <-ctx.Done():
		return false
	case line := <-answers:
		return strings.EqualFold(strings.TrimSpace(line), "yes")
	}
}
