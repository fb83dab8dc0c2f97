//go:build unix

package source

import (
	"io"
	"os"
	"path/filepath"
	"runtime"

	"golang.org/x/sys/unix"
)

// openList opens a folder to be listed.
func (f *openFolder) openList(name string) (*os.File, error) {
	fd, err := f.openAt(name, unix.O_DIRECTORY)
	switch err {
	case nil:
		// Not one of [os.Root], which looks at every file in a folder that it lists.
		return os.NewFile(uintptr(fd), filepath.Join(f.list.Name(), name)), nil
	case unix.ENOTDIR, unix.ELOOP, unix.EMLINK: // a file, or a link (EMLINK on FreeBSD)
		return nil, errNoFolder
	}
	return nil, err
}

// openAt opens what has the name, unless it is a link.
func (f *openFolder) openAt(name string, flags int) (fd int, err error) {
	dir := int(f.list.Fd())
	defer runtime.KeepAlive(f.list)
	err = ignoringInterrupts(func() (err error) {
		fd, err = unix.Openat(dir, name, unix.O_RDONLY|unix.O_NOFOLLOW|unix.O_CLOEXEC|flags, 0)
		return err
	})
	return fd, err
}

// openFile opens a regular file with no more calls of the system than it needs: an
// [os.File] would also be offered to the poller, which takes none.
func (f *openFolder) openFile(name string) (io.ReadCloser, error) {
	fd, err := f.openAt(name, unix.O_NONBLOCK)
	if err != nil {
		return nil, err
	}
	var stat unix.Stat_t
	err = ignoringInterrupts(func() error { return unix.Fstat(fd, &stat) })
	if err == nil && stat.Mode&unix.S_IFMT != unix.S_IFREG {
		err = errNotRegular
	}
	if err != nil {
		_ = unix.Close(fd)
		return nil, err
	}
	return &plainFile{fd: fd, size: stat.Size}, nil
}

// plainFile is an open regular file. What grows while it is read ends where it did
// when it was opened.
type plainFile struct {
	fd   int
	size int64 // 0 also for files of the system's own, which end where they do
	read int64
}

// Size returns how many bytes it had when it was opened.
func (f *plainFile) Size() int64 { return f.size }

func (f *plainFile) Read(p []byte) (n int, err error) {
	if len(p) == 0 {
		return 0, nil
	}
	if f.size > 0 && f.read >= f.size {
		return 0, io.EOF
	}
	err = ignoringInterrupts(func() (err error) {
		n, err = unix.Read(f.fd, p)
		return err
	})
	switch {
	case err != nil:
		return 0, err
	case n == 0:
		return 0, io.EOF
	}
	f.read += int64(n)
	return n, nil
}

// ReadAt is that of [io.ReaderAt].
func (f *plainFile) ReadAt(p []byte, offset int64) (n int, err error) {
	for n < len(p) {
		var m int
		err := ignoringInterrupts(func() (err error) {
			m, err = unix.Pread(f.fd, p[n:], offset+int64(n))
			return err
		})
		if err != nil {
			return n, err
		}
		if m == 0 {
			return n, io.EOF
		}
		n += m
	}
	return n, nil
}

func (f *plainFile) Close() error { return unix.Close(f.fd) }

// ignoringInterrupts calls again what a signal has interrupted.
func ignoringInterrupts(call func() error) error {
	for {
		if err := call(); err != unix.EINTR {
			return err
		}
	}
}
