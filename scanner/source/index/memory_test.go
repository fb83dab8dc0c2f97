package index

import (
	"encoding/binary"
	"runtime"
	"testing"
)

// TestMemory reads an index of many entries and folders: what is kept beside its
// bytes is little.
func TestMemory(t *testing.T) {
	entry := make([]byte, 72)
	content := binary.BigEndian.AppendUint32([]byte("DIRC\x00\x00\x00\x02"), 200_000)
	for i := range uint32(200_000) {
		entry[61] = 4
		binary.BigEndian.PutUint32(entry[62:], 0x10101010+i<<8|1)
		content = append(content, entry...)
	}
	content = append(content, make([]byte, 20)...)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f, err := Parse(content, 20)
	if err != nil {
		t.Fatal(err)
	}
	c := f.Cursor()
	for c.Skip(1) {
		_ = c.Stat()
	}
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 1<<16 {
		t.Errorf("%d bytes for an index of %d", got, len(content))
	}
}
