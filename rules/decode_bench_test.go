package rules

import (
	"encoding/base64"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// benchTree returns the files below the folder that PATLINT_BENCH_TREE names.
func benchTree(tb testing.TB) (files [][]byte, size int) {
	root := os.Getenv("PATLINT_BENCH_TREE")
	if root == "" {
		tb.Skip("PATLINT_BENCH_TREE names no folder")
	}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		files, size = append(files, data), size+len(data)
		return err
	})
	if err != nil {
		tb.Skip("no sources to search: ", err)
	}
	return files, size
}

// BenchmarkTree searches a source tree with and without encodings, and says how
// often something seems to be encoded.
func BenchmarkTree(b *testing.B) {
	files, size := benchTree(b)
	full := NewSet(All()...)
	for _, set := range []struct {
		name string
		*Set
	}{{"plain", full.WithoutDecoding()}, {"encodings", full}} {
		b.Run(set.name, func(b *testing.B) {
			b.SetBytes(int64(size))
			found, present := 0, 0
			for b.Loop() {
				found, present = 0, 0
				for _, data := range files {
					found += len(set.Find(data))
				}
			}
			for _, data := range files {
				if set.Present(data) {
					present++
				}
			}
			b.ReportMetric(float64(found), "found")
			b.ReportMetric(100*float64(present)/float64(len(files)), "%present")
		})
	}
}

// hostile are texts of a size that are made to be slow.
func hostile(size int) map[string]string {
	repeat := func(s string) string { return strings.Repeat(s, 1+size/len(s))[:size] }
	nested := "pt-" + strings.Repeat("x1Y", 100)
	for len(nested) < size {
		nested = base64.StdEncoding.EncodeToString([]byte(nested + " " + nested))
	}
	shifted := ""
	for i := range 4 {
		shifted += base64.StdEncoding.EncodeToString([]byte(strings.Repeat("pt-", 7) + strings.Repeat("x", i)))[:25+i]
	}
	return map[string]string{
		"pt-":             repeat("pt-"),
		"Bearer":          repeat("Bearer "),
		"nested base64":   nested[:size],
		"base64 of pt-":   repeat(base64.StdEncoding.EncodeToString([]byte("pt-"))),
		"base64 of bears": base64.StdEncoding.EncodeToString([]byte(repeat("Bearer pt-%2D")))[:size],
		"shifted base64":  repeat(shifted),
		"escaped base64":  repeat("%2B0LcHQtcHQtcHQtcHQtcHQtcHQt"),
		"short base64":    repeat("cHQtcHQtcHQtcHQtcHQtcHQt "),
		"%25":             repeat("%25"),
		"pt%2D":           repeat("pt%2D"),
		"pt%252525":       repeat("pt%25252525252D%70%74"),
		"&#":              repeat("&#"),
		"entities":        repeat("pt&amp;amp;#45;"),
		"quotes":          repeat(`"`),
		"bytes":           repeat("112,116,45,"),
		"hex bytes":       repeat("70 74 2d "),
		"lists":           repeat("QODER_PATS=" + randomText(18, base62) + ","),
		"long list":       repeat("QODER_PATS=" + strings.Repeat(randomText(18, base62)+",", 200)),
		"sections":        repeat("qoder: { "),
		"open quotes":     repeat(`"pt-`),
		"joined":          repeat(`"pt-" + `),
		"commas":          repeat(`"pt-","`),
		"comments":        repeat(`"pt-" /* `),
		"escapes":         repeat(`pt\u002d`),
		"backslashes":     repeat(`\`),
		"mixed":           repeat(`"pt-%2D&#45;\x2d=2D" + "pt&#45;Bearer%20Bearer+x\x2d`),
		"hex":             repeat("70742d"),
		"utf-16":          repeat("p\x00t\x00-\x00"),
		"utf-16 islands":  repeat("p\x00t\x00-\x00\x00\x00"),
		"soft breaks":     repeat("pt-=\n"),
		"lines":           repeat(strings.Repeat("cHQt", 16) + "\n"),
	}
}

// BenchmarkHostile searches a megabyte of each of them, beside one of prose.
func BenchmarkHostile(b *testing.B) {
	const size = 1 << 20
	set := NewSet(All()...)
	texts := hostile(size)
	texts["a prose"] = strings.Repeat("It was the best of times, it was the worst of times. ", 1+size/53)[:size]
	for _, name := range sortedKeys(texts) {
		text := []byte(texts[name])
		b.Run(name, func(b *testing.B) {
			b.SetBytes(size)
			for b.Loop() {
				set.Find(text)
			}
		})
	}
}

func sortedKeys(m map[string]string) (keys []string) {
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
