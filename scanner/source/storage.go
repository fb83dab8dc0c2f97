package source

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/patlint/patlint/scanner/source/odb"
)

// checkObjects finds out whether the object storage can be read. It is not
// opened: that takes a time that grows with the number of objects, and most
// scans need few of them or none.
func (r *Repo) checkObjects() {
	r.hashSize = 20
	switch format := strings.ToLower(r.config.last("extensions.objectformat")); format {
	case "", "sha1":
	case "sha256":
		r.hashSize = 32
	default:
		r.unreadable = fmt.Sprintf("its object format %q is not supported", format)
	}
	folder, err := os.Open(r.objects())
	if err != nil {
		r.unreadable = "its objects cannot be read: " + reason(err)
		return
	}
	folder.Close()
}

// objects returns the folder of objects.
func (r *Repo) objects() string { return cmp.Or(r.objectDir, filepath.Join(r.commonDir, "objects")) }

func (r *Repo) storageOptions() odb.Options {
	return odb.Options{HashSize: r.hashSize, Workers: r.jobs, Alternates: r.alternates}
}

// storage returns the object storage, which the first call opens.
func (r *Repo) storage() *odb.DB {
	if r.db == nil {
		db, err := odb.Open(r.objects(), r.storageOptions())
		if err != nil { // it could be read a moment ago
			db = odb.Unreadable(r.objects(), r.storageOptions(), err)
		}
		r.db, r.reader = db, db.NewReader()
	}
	return r.db
}

// maxLookups is how many objects are looked up one by one before the storage is
// opened for more.
const maxLookups = 1000

// lookUp returns an object without opening the storage. If it is not ok, the
// storage has to tell.
func (r *Repo) lookUp(id odb.ID) (typ odb.Type, content []byte, ok bool) {
	if r.looked++; r.db != nil || r.looked > maxLookups {
		return 0, nil, false
	}
	if r.single == nil {
		r.single = odb.NewLookup(r.objects(), r.storageOptions())
	}
	return r.single.Read(id)
}
