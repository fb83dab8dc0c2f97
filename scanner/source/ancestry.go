package source

import (
	"cmp"
	"iter"
	"slices"

	"github.com/patlint/patlint/scanner/source/odb"
)

// ancestry is all commits of a storage and what they derive from. A history may
// have millions, so that they are known by number.
type ancestry struct {
	db     *odb.DB
	nodes  []node
	links  []int32 // of all nodes, as links of a node say
	absent []odb.ID

	// nodeOf has the node of an object, by the object's number, and noNode for
	// what is no commit.
	nodeOf []int32
}

const noNode = -1

// node is one commit.
type node struct {
	number     int32  // of the commit in the storage
	from, upTo uint32 // its links: to its tree, and to its parents
	walk       int32  // by which it was reached first, counted from 1
	time       int64  // of the committer, seconds since 1970
}

// A link leads to an object by its number, or, if the storage has it not, is
// -1-k for absent[k].
func absentLink(k int) int32 { return int32(-1 - k) }

// newAncestry puts together what the harvests have of commits.
func newAncestry(db *odb.DB, all []*harvest) *ancestry {
	a := &ancestry{db: db, nodeOf: make([]int32, db.Numbers())}
	for _, v := range all {
		a.take(v)
	}
	for i := range a.nodeOf {
		a.nodeOf[i] = noNode
	}
	for i, n := range a.nodes {
		a.nodeOf[n.number] = int32(i)
	}
	for i := range a.nodes {
		for k, link := range a.parents(int32(i)) {
			if link >= 0 && a.nodeOf[link] == noNode { // damaged, or no commit
				a.parents(int32(i))[k] = absentLink(len(a.absent))
				a.absent = append(a.absent, db.ID(int(link)))
			}
		}
	}
	return a
}

// take adds the commits of one harvest, whose links begin from 0.
func (a *ancestry) take(v *harvest) {
	links, absent := uint32(len(a.links)), int32(len(a.absent))
	shift := func(link int32) int32 {
		if link < 0 {
			link -= absent
		}
		return link
	}
	for _, n := range v.nodes {
		n.from, n.upTo = n.from+links, n.upTo+links
		a.nodes = append(a.nodes, n)
	}
	for _, link := range v.links {
		a.links = append(a.links, shift(link))
	}
	a.absent = append(a.absent, v.absent...)
	v.nodes, v.links, v.absent = nil, nil, nil
}

// node returns the node of a commit.
func (a *ancestry) node(id odb.ID) (node int32, ok bool) {
	number, ok := a.db.Number([]byte(id))
	if !ok || a.nodeOf[number] == noNode {
		return 0, false
	}
	return a.nodeOf[number], true
}

// id returns the id of a node's commit.
func (a *ancestry) id(node int32) odb.ID { return a.db.ID(int(a.nodes[node].number)) }

// linked returns the id that a link leads to.
func (a *ancestry) linked(link int32) odb.ID {
	if link < 0 {
		return a.absent[-1-link]
	}
	return a.db.ID(int(link))
}

// tree returns the link to a node's tree.
func (a *ancestry) tree(node int32) int32 { return a.links[a.nodes[node].from] }

// parents returns the links to a node's parents.
func (a *ancestry) parents(node int32) []int32 {
	n := &a.nodes[node]
	return a.links[n.from+1 : n.upTo]
}

// missingTrees returns the trees of commits that the storage has not.
func (a *ancestry) missingTrees() (ids []odb.ID) {
	for i := range a.nodes {
		if tree := a.tree(int32(i)); tree < 0 {
			ids = append(ids, a.linked(tree))
		}
	}
	return ids
}

// reach returns the nodes that roots reach and no walk has yet, and the ids
// among them and their parents that are no commit of the storage. They belong
// to the walk from then on.
func (a *ancestry) reach(roots []odb.ID, walk int32) (nodes []int32, missing []odb.ID) {
	var todo []int32
	enter := func(node int32) {
		if n := &a.nodes[node]; n.walk == 0 {
			n.walk = walk
			todo = append(todo, node)
		}
	}
	for _, id := range roots {
		if node, ok := a.node(id); ok {
			enter(node)
		} else {
			missing = append(missing, id)
		}
	}
	for len(todo) > 0 {
		node := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		nodes = append(nodes, node)
		for _, link := range a.parents(node) {
			if link < 0 {
				missing = append(missing, a.linked(link))
			} else {
				enter(a.nodeOf[link])
			}
		}
	}
	slices.Sort(missing)
	return nodes, slices.Compact(missing)
}

// left returns the nodes that no walk has, and gives them to one.
func (a *ancestry) left(walk int32) (nodes []int32) {
	for i := range a.nodes {
		if a.nodes[i].walk == 0 {
			a.nodes[i].walk = walk
			nodes = append(nodes, int32(i))
		}
	}
	return nodes
}

// order sorts the nodes of a walk: parents before their children, and otherwise
// the oldest first.
func (a *ancestry) order(nodes []int32) []int32 {
	parents := func(node int32) iter.Seq[int32] {
		return func(yield func(int32) bool) {
			for _, link := range a.parents(node) {
				if link >= 0 && a.nodes[a.nodeOf[link]].walk == a.nodes[node].walk && !yield(a.nodeOf[link]) {
					return
				}
			}
		}
	}
	return oldestFirst(nodes, len(a.nodes), parents, func(x, y int32) int {
		if c := cmp.Compare(a.nodes[x].time, a.nodes[y].time); c != 0 {
			return c
		}
		return cmp.Compare(a.id(x), a.id(y))
	})
}
