package odb

import "container/list"

// cache keeps the objects that a reader read lately, up to a limit of bytes.
type cache struct {
	limit, used int
	known       map[place]*list.Element
	order       list.List // of cacheEntry, the latest first
}

// cached is an object.
type cached struct {
	typ     Type
	content []byte
}

type cacheEntry struct {
	place
	cached
}

// overhead is what an object takes besides its content, roughly.
const overhead = 200

func (c *cache) get(at place) (cached, bool) {
	e, ok := c.known[at]
	if !ok {
		return cached{}, false
	}
	c.order.MoveToFront(e)
	return e.Value.(cacheEntry).cached, true
}

// put remembers an object. A large one would displace all
// others and is left out.
func (c *cache) put(at place, o cached) {
	size := len(o.content) + overhead
	if _, again := c.known[at]; again || size > c.limit/4 {
		return
	}
	if c.known == nil {
		c.known = map[place]*list.Element{}
	}
	c.known[at] = c.order.PushFront(cacheEntry{at, o})
	for c.used += size; c.used > c.limit; {
		last := c.order.Back()
		old := c.order.Remove(last).(cacheEntry)
		delete(c.known, old.place)
		c.used -= len(old.content) + overhead
	}
}
