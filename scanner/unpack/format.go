package unpack

import (
	"bytes"
	"path"
	"strconv"
	"strings"
)

// Format is a kind of container.
type Format int

// The formats. Jar, whl, docx, apk, epub and many more are Zip.
const (
	None Format = iota
	Zip
	Tar
	Gzip
	Bzip2
	XZ
	Zstd
)

// HeadSize is how many bytes from the beginning of content tell its format.
const HeadSize = 512

// What stands at the beginning of a container.
const (
	signZip   = "PK\x03\x04"
	signGzip  = "\x1f\x8b\x08"
	signBzip2 = "1AY&SY" // behind "BZh" and a digit
	signXZ    = "\xfd7zXZ\x00"
	signZstd  = "\x28\xb5\x2f\xfd"
	signTar   = "ustar\x00"   // POSIX; at 257
	signGNU   = "ustar  \x00" // GNU; likewise
)

const tarMagic = 257

// Signs returns byte strings one of which is within the first [HeadSize] bytes of
// every container.
func Signs() []string {
	return []string{signZip, signGzip, signBzip2, signXZ, signZstd, signTar, signGNU}
}

// Detect tells what container begins with head, of which no more than HeadSize
// bytes matter.
func Detect(head []byte) Format {
	if len(head) < 4 {
		return None
	}
	switch head[0] { // nearly everything is decided here
	case 'P', '#':
		if bytes.HasPrefix(afterScriptLine(head), []byte(signZip)) {
			return Zip
		}
	case signGzip[0]:
		if bytes.HasPrefix(head, []byte(signGzip)) {
			return Gzip
		}
	case 'B':
		if bytes.HasPrefix(head, []byte("BZh")) && bytes.HasPrefix(head[4:], []byte(signBzip2)) {
			return Bzip2
		}
	case signXZ[0]:
		if bytes.HasPrefix(head, []byte(signXZ)) {
			return XZ
		}
	case signZstd[0]:
		if bytes.HasPrefix(head, []byte(signZstd)) {
			return Zstd
		}
	}
	if isTar(head) {
		return Tar
	}
	return None
}

// afterScriptLine returns what stands behind a first line that begins with "#!":
// programs that are a zip begin so (PEP 441, executable jars).
func afterScriptLine(head []byte) []byte {
	head = head[:min(len(head), HeadSize)]
	if bytes.HasPrefix(head, []byte("#!")) {
		_, head, _ = bytes.Cut(head, []byte("\n"))
	}
	return head
}

// isTar tells whether head is the header of a tar's first entry, by its sign and
// its checksum: text may well begin with anything.
func isTar(head []byte) bool {
	if len(head) < HeadSize {
		return false
	}
	magic := head[tarMagic:]
	if !bytes.HasPrefix(magic, []byte(signTar)) && !bytes.HasPrefix(magic, []byte(signGNU)) {
		return false
	}
	const from, to = 148, 156 // the checksum, for which blanks are counted
	want, err := strconv.ParseInt(string(bytes.Trim(head[from:to], " \x00")), 8, 64)
	sum := int64((to - from) * ' ')
	for i, c := range head[:HeadSize] {
		if i < from || i >= to {
			sum += int64(c)
		}
	}
	return err == nil && sum == want
}

// endings are what the names of compressed files end with, and what takes its
// place when they are not compressed.
var endings = [][2]string{
	{".tgz", ".tar"}, {".taz", ".tar"}, {".tbz2", ".tar"}, {".tbz", ".tar"}, {".tb2", ".tar"}, {".txz", ".tar"},
	{".tzst", ".tar"}, {".svgz", ".svg"}, {".gz", ""}, {".bz2", ""}, {".xz", ""}, {".zst", ""}, {".z", ""},
}

// Inner returns what to call the content of a compressed file that does not say
// so itself.
func Inner(name string) string {
	base := path.Base(name)
	for _, e := range endings {
		if n := len(base) - len(e[0]); n > 0 && strings.EqualFold(base[n:], e[0]) {
			return base[:n] + e[1]
		}
	}
	return "content"
}

// Between stands between the path of a container and that of an entry in it.
const Between = "!/"

// Join returns the path of an entry: outer is that of the container, and inner
// what [Options] were told. What has no name is called after what it is in.
func Join(outer, inner string) string {
	if rest, ok := strings.CutPrefix(inner, Between+Between); ok {
		inner = Between + Inner(outer) + Between + rest
	}
	joined := outer + inner
	if container, ok := strings.CutSuffix(joined, Between); ok && inner != "" {
		joined += Inner(container)
	}
	return joined
}
