package odb

import (
	"math/bits"
	"sync"
	"sync/atomic"
)

// pools are those of the workers that are done. The next visit uses them, rather
// than waiting for the garbage collector with twice the memory.
type pools struct {
	held atomic.Int64 // bytes of all buffers, in use or not
	mu   sync.Mutex
	idle []*pool
}

// take returns a pool for a worker.
func (p *pools) take(limit int64) *pool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(p.idle); n > 0 {
		last := p.idle[n-1]
		p.idle = p.idle[:n-1]
		return last
	}
	return &pool{held: &p.held, limit: limit}
}

// put takes the pool of a worker back.
func (p *pools) put(done *pool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = append(p.idle, done)
}

// pool keeps the buffers of one worker, by size: classes of powers of two.
type pool struct {
	free  [32][][]byte
	held  *atomic.Int64 // bytes of all workers' buffers, in use or not
	limit int64
}

const minClass = 10 // buffers have at least 1 KB

func sizeClass(n int) int { return max(minClass, bits.Len(uint(max(n, 1)-1))) }

// get returns a buffer of n bytes whose content is arbitrary.
func (p *pool) get(n int) []byte {
	class := sizeClass(n)
	if class >= len(p.free) {
		return make([]byte, n) // it is not kept
	}
	if k := len(p.free[class]); k > 0 {
		b := p.free[class][k-1]
		p.free[class] = p.free[class][:k-1]
		return b[:n]
	}
	if p.full(n) {
		p.trim()
	}
	p.held.Add(1 << class)
	return make([]byte, n, 1<<class)
}

// put takes a buffer back, or lets it go if there are too many.
func (p *pool) put(b []byte) {
	class := sizeClass(cap(b))
	switch {
	case cap(b) != 1<<class || class >= len(p.free):
	case p.held.Load() > p.limit:
		p.held.Add(-1 << class)
	default:
		p.free[class] = append(p.free[class], b[:0])
	}
}

// full tells whether a further buffer for n bytes is more than there may be.
func (p *pool) full(n int) bool { return p.held.Load()+1<<sizeClass(n) > p.limit }

// trim lets go what is not in use.
func (p *pool) trim() {
	for class, free := range p.free {
		p.held.Add(-int64(len(free)) << class)
		clear(free)
		p.free[class] = free[:0]
	}
}
