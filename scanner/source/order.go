package source

import (
	"container/heap"
	"iter"
	"slices"
)

// oldestFirst sorts nodes, numbers below total: parents before their children,
// and otherwise by age (Kahn's algorithm over a heap). parents yields those
// parents of a node that are among the nodes. Nodes that are ancestors of
// themselves, which only damage can make, are left out.
func oldestFirst(nodes []int32, total int, parents func(node int32) iter.Seq[int32], byAge func(a, b int32) int) []int32 {
	first := make([]uint32, total+1) // of the children of a node, in children
	waiting := make([]uint32, total) // how many parents are to come
	for _, node := range nodes {
		for parent := range parents(node) {
			first[parent+1]++
			waiting[node]++
		}
	}
	for i := range total {
		first[i+1] += first[i]
	}
	children, next := make([]int32, first[total]), slices.Clone(first)
	ready := &nodeHeap{byAge: byAge}
	for _, node := range nodes {
		for parent := range parents(node) {
			children[next[parent]] = node
			next[parent]++
		}
		if waiting[node] == 0 {
			ready.nodes = append(ready.nodes, node)
		}
	}
	heap.Init(ready)
	ordered := make([]int32, 0, len(nodes))
	for ready.Len() > 0 {
		node := heap.Pop(ready).(int32)
		ordered = append(ordered, node)
		for _, child := range children[first[node]:first[node+1]] {
			if waiting[child]--; waiting[child] == 0 {
				heap.Push(ready, child)
			}
		}
	}
	return ordered
}

// nodeHeap is a heap of nodes, the oldest first.
type nodeHeap struct {
	nodes []int32
	byAge func(a, b int32) int
}

func (h *nodeHeap) Len() int           { return len(h.nodes) }
func (h *nodeHeap) Swap(i, j int)      { h.nodes[i], h.nodes[j] = h.nodes[j], h.nodes[i] }
func (h *nodeHeap) Less(i, j int) bool { return h.byAge(h.nodes[i], h.nodes[j]) < 0 }
func (h *nodeHeap) Push(x any)         { h.nodes = append(h.nodes, x.(int32)) }

func (h *nodeHeap) Pop() any {
	last := h.nodes[len(h.nodes)-1]
	h.nodes = h.nodes[:len(h.nodes)-1]
	return last
}
