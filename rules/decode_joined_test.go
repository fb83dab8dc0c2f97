package rules

import (
	"strings"
	"testing"
)

// joints are what may stand between two parts of one literal, with what stands
// before and behind the whole.
var joints = []string{
	"t = (\"§\"\n     \"§\")", `char *t = "§" "§";`, `T='§''§'`, `t = "§" * "§"`, `t <- paste0("§", "§")`,
	`const t = ['§', '§'].join('')`, `"".join(["§", "§"])`, `concat!("§", "§")`, `string.Concat("§", "§")`,
	`t = '§' // '§'`, "T=\"§\\\n§\"", "T=§\\\n§", "set T=§^\r\n§", "t = '§' \\\n  '§'", `t = [@"§" @"§"];`,
	`(concat "§" "§")`, "const t = '§'\n    '§';", `t := "§" + "§"`, "t: \"§\\\n  §\"",
	`t = "%s%s" % ("§", "§")`, `let t = ["§", "§"].concat();`,
	"{\"§\"\n  \"§\"=\"*/*\"}",
}

// TestJoinedInTheMiddle checks that a literal is joined with the next one also
// where its first part is enough to be found by itself.
func TestJoinedInTheMiddle(t *testing.T) {
	for _, form := range joints {
		for range 20 {
			pat, cut := randomPAT(), 23+source.IntN(25)
			mustFind(t, joinBy(form, pat, cut), pat, 0, 1000, "joined")
			hex := randomText(64, "0123456789abcdef")
			text := joinBy(strings.Replace(form, "§", "Authorization: Bearer §", 1), hex, 20+source.IntN(30))
			mustFind(t, text, hex, 0, 1000, "joined")
		}
	}
}

// TestNotJoined checks that a whole literal does not take what stands beside it.
func TestNotJoined(t *testing.T) {
	for _, form := range joints {
		for _, rest := range []string{"staging", "https://example.com", "eu-west-1", "-v", "other", "x"} {
			short := patPrefix + randomText(40, base62)
			if !strings.Contains(form, "+") && !strings.Contains(form, "*") {
				mustFind(t, joinBy(form, short+rest, len(short)), short, 0, 1000)
			}
		}
		if pat := randomPAT(); !strings.Contains(form, "+") && !strings.Contains(form, "*") {
			mustFind(t, joinBy(form, pat+randomText(20, base62), len(pat)), pat, 0, 1000)
		}
	}
}

func joinBy(form, value string, cut int) string {
	return strings.Replace(strings.Replace(form, "§", value[:cut], 1), "§", value[cut:], 1)
}
