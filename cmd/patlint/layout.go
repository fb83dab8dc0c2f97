package main

import (
	"fmt"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// layout knows where in the configuration a value stands.
type layout struct {
	name string // of the file
	root ast.Node
}

// locate reads the layout of a configuration that was read without an error.
func locate(name string, content []byte) layout {
	p := layout{name: name}
	if file, err := parser.ParseBytes(content, 0); err == nil && len(file.Docs) > 0 {
		p.root = file.Docs[0].Body
	}
	return p
}

// of returns "NAME:LINE:COLUMN" of the value that a path of keys and indexes
// leads to, as far as there is one: of a list's entry if that lacks the key.
func (p layout) of(path ...any) string {
	node := p.root
	for _, step := range path {
		next := child(node, step)
		if next == nil {
			break
		}
		node = next
	}
	if node == nil || node == p.root {
		return p.name
	}
	if m, ok := node.(ast.MapNode); ok { // whose own token is the colon behind its first key
		if first := m.MapRange(); first.Next() {
			node = first.Key()
		}
	}
	at := node.GetToken().Position
	return fmt.Sprintf("%s:%d:%d", p.name, at.Line, at.Column)
}

// child returns the value of a key, the entry of a list, or nil.
func child(node ast.Node, step any) ast.Node {
	switch step := step.(type) {
	case string:
		m, ok := node.(ast.MapNode)
		if !ok {
			return nil
		}
		for each := m.MapRange(); each.Next(); {
			if each.Key().GetToken().Value == step {
				return each.Value()
			}
		}
	case int:
		if list, ok := node.(*ast.SequenceNode); ok && step >= 0 && step < len(list.Values) {
			return list.Values[step]
		}
	}
	return nil
}
