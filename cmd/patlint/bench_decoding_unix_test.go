//go:build unix

package main

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/source"
)

// BenchmarkDecoding scans the files below the folder that PATLINT_BENCH_TREE
// names, or files that are generated, in turns without encodings and containers,
// with encodings, and with both, and prints what they cost. The times are those of
// the processors, which other programs disturb less.
func BenchmarkDecoding(b *testing.B) {
	root := os.Getenv("PATLINT_BENCH_TREE")
	if root == "" {
		root = generatedTree(b)
	}
	all := rules.NewSet(rules.All()...)
	ways := []struct {
		name string
		opts scanner.Options
		best time.Duration
	}{
		{name: "plain", opts: scanner.Options{Rules: all.WithoutDecoding(), NoArchives: true}},
		{name: "encodings", opts: scanner.Options{Rules: all, NoArchives: true}},
		{name: "everything", opts: scanner.Options{Rules: all}},
	}
	for round := 0; b.Loop(); round++ {
		for i := range ways {
			w := &ways[i]
			began := processorTime()
			tree := source.Tree(root, nil, source.TreeOptions{All: true, Env: os.Getenv})
			scanner.Scan(b.Context(), []scanner.Source{tree}, w.opts)
			if took := processorTime() - began; round == 0 || took < w.best {
				w.best = took
			}
		}
	}
	plain := ways[0].best.Seconds()
	for _, w := range ways {
		fmt.Printf("%-12s %7.3f s  %.3f\n", w.name, w.best.Seconds(), w.best.Seconds()/plain)
		b.ReportMetric(w.best.Seconds()/plain, w.name+"-of-plain")
	}
}

// processorTime returns what this process has used of the processors.
func processorTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// generatedTree writes a source tree of 3,000 files with some in a few archives.
func generatedTree(b *testing.B) string {
	root := b.TempDir()
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 3000 {
		dir := filepath.Join(root, fmt.Sprint("part", i/100))
		name, content := fmt.Sprintf("file%d.%s", i, []string{"go", "js", "py", "md", "json"}[i%5]), []byte(sourceLike(r, 2000+r.IntN(20000)))
		if i%500 == 0 {
			name, content = fmt.Sprintf("lib%d.jar", i), zippedSource(b, string(content))
		}
		if err := os.MkdirAll(dir, 0o700); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	return root
}

func zippedSource(b *testing.B, content string) []byte {
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	w, err := z.Create("Main.java")
	if err == nil {
		_, err = w.Write([]byte(content))
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		b.Fatal(err)
	}
	return packed.Bytes()
}

// sourceLike returns so many bytes of text like source code, with the signs of
// encodings that it has.
func sourceLike(r *rand.Rand, size int) string {
	words := strings.Fields("request response error context data name value index count user config path file token result option client server buffer opt script")
	word := func() string { return words[r.IntN(len(words))] }
	digest := func() string {
		sum := make([]byte, 64)
		for i := range sum {
			sum[i] = byte(r.Uint32())
		}
		return base64.StdEncoding.EncodeToString(sum)
	}
	var b strings.Builder
	for b.Len() < size {
		switch n := r.IntN(200); {
		case n < 4:
			fmt.Fprintf(&b, "      \"integrity\": \"sha512-%s\",\n", digest())
		case n < 12:
			fmt.Fprintf(&b, "    self.%s = %s['%s'] # \\u00e9 \\n\\t\\x1b[0m\n", word(), word(), word())
		case n < 20:
			fmt.Fprintf(&b, "// see https://example.com/%s?q=%s%%20%s&n=%d for the %s of an opt-%s\n", word(), word(), word(), r.IntN(999), word(), word())
		case n < 60:
			fmt.Fprintf(&b, "const %s = await %s.%s({ %s: \"%s-%s\" + \"%s\" });\n", word(), word(), word(), word(), word(), word(), word())
		case n < 64:
			fmt.Fprintf(&b, "<li class=\"pt-%d px-2\">%s &amp; %s&nbsp;%s</li>\n", r.IntN(9), word(), word(), word())
		case n < 65:
			fmt.Fprintf(&b, "req.Header.Set(\"Authorization\", \"Bearer \"+%s)\n", word())
		default:
			fmt.Fprintf(&b, "\tif %s := %s.%s(\"%s\", %d); %s != nil {\n\t\treturn %s, fmt.Errorf(\"%s %s: %%w\", %s)\n\t}\n",
				word(), word(), word(), word(), r.IntN(100), word(), word(), word(), word(), word())
		}
	}
	return b.String()[:size]
}

// BenchmarkHostile runs the program on a megabyte of each of some texts that are
// made to be slow, in turns with one of source code, and prints how much longer it
// takes.
func BenchmarkHostile(b *testing.B) {
	const size = 1 << 20
	program, dir := builtProgram(b), b.TempDir()
	nested := "pt-" + strings.Repeat("x1Y", 100)
	for len(nested) < size {
		nested = base64.StdEncoding.EncodeToString([]byte(nested + " " + nested))
	}
	texts := []struct{ name, text string }{
		{"source code", sourceLike(rand.New(rand.NewPCG(3, 4)), size)},
		{"pt-pt-", "pt-"}, {"Bearer Bearer", "Bearer "}, {"nested base64", nested},
		{"quotes", `"`}, {"unclosed quotes", `"pt-`}, {"joined", `"pt-" + `}, {"hex", "70742d"}, {"percent", "pt%2D"}, {"escapes", `pt\u002d`},
		{"all at once", `"pt-%2D&#45;\x2d=2D" + "pt&#45;Bearer%20Bearer+x\x2d`},
	}
	commands := make([]*measured, len(texts))
	for i, t := range texts {
		file := filepath.Join(dir, fmt.Sprint(i))
		content := strings.Repeat(t.text, 1+size/len(t.text))[:size]
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			b.Fatal(err)
		}
		commands[i] = &measured{name: t.name, args: []string{program, "scan", "-q", "--no-config", "--files", file}, mayExit: []int{exitFound}}
	}
	for b.Loop() {
		for _, c := range commands {
			c.run(b)
		}
	}
	for i, c := range commands {
		ratio := c.cpu.Seconds() / commands[0].cpu.Seconds()
		fmt.Printf("%-16s %6.1f ms  %.2f\n", texts[i].name, 1000*c.cpu.Seconds(), ratio)
	}
}
