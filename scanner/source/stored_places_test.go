package source

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// order takes the commits that the roots reach out of those that are left:
// parents before their children, otherwise the oldest first.
func (s *stored) order(left map[string]bool, roots []string) (ordered []string) {
	reached := map[string]bool{}
	for len(roots) > 0 {
		id := roots[len(roots)-1]
		roots = roots[:len(roots)-1]
		if left[id] {
			delete(left, id)
			reached[id] = true
			roots = append(roots, s.commits[id].parents...)
		}
	}
	for len(reached) > 0 {
		next := ""
		for id := range reached {
			isReady := !slices.ContainsFunc(s.commits[id].parents, func(p string) bool { return reached[p] })
			if a, b := s.commits[id].time, s.commits[next].time; isReady && (next == "" || a < b || a == b && id < next) {
				next = id
			}
		}
		delete(reached, next)
		ordered = append(ordered, next)
	}
	return ordered
}

// run goes through everything in the order in which places count.
func (s *stored) run() (found, places []string) {
	var commits []string
	var notes [][2]string
	tags := map[string]bool{}
	for _, ref := range s.refs {
		s.foundIn("", "ref-name", ref[0], "", "", ref[0])
		target := s.peel(ref, tags)
		switch {
		case strings.HasPrefix(ref[0], "refs/notes/"):
			notes = append(notes, [2]string{ref[0], target})
		case s.objects[target].typ == "commit":
			commits = append(commits, target)
		default:
			s.place("history", "", target, ref[0], "", "")
		}
	}
	left := map[string]bool{}
	for id := range s.commits {
		left[id] = true
	}
	s.walk(s.order(left, commits), "history", "", "")
	for _, n := range notes {
		s.walk(s.order(left, n[1:]), "note", n[0], "")
	}
	s.walk(s.order(left, s.reflogs), "history", "", "reflog")
	s.walk(s.order(left, slices.Collect(maps.Keys(left))), "history", "", "nothing")
	for id, o := range s.objects {
		if o.typ == "tag" && !tags[id] {
			header, message, _ := strings.Cut(o.content, "\n\n")
			s.foundIn("", "tag-message", "", headerValues(header, "object")[0], "nothing", message)
		}
	}
	s.rest()
	slices.Sort(s.found)
	slices.Sort(s.places)
	return slices.Compact(s.found), s.places
}

// peel follows the tags of a reference, and searches each once.
func (s *stored) peel(ref [2]string, seen map[string]bool) (target string) {
	var messages []string
	for target = ref[1]; s.objects[target].typ == "tag"; {
		header, message, _ := strings.Cut(s.objects[target].content, "\n\n")
		if !seen[target] {
			messages = append(messages, message)
		}
		seen[target] = true
		target = headerValues(header, "object")[0]
	}
	for _, message := range messages {
		s.foundIn("", "tag-message", ref[0], target, "", message)
	}
	return target
}

func (s *stored) foundIn(key, kind, ref, commit, reach, content string) {
	for _, secret := range s.secrets(content) {
		s.found = append(s.found, fmt.Sprintf("%s %s %s %s %s %s", key, kind, ref, commit, reach, secret))
	}
}

func (s *stored) walk(commits []string, kind, ref, reach string) {
	s.carry = map[string]int{}
	for _, id := range commits {
		for spot := range s.spots(id, kind) {
			s.carry[spot]++
		}
	}
	for _, id := range commits {
		header, message, _ := strings.Cut(s.objects[id].content, "\n\n")
		s.foundIn("", "commit-message", "", id, reach, message+"\n"+header)
		for _, e := range s.entries(s.commits[id].tree, "", true) {
			s.place("file-name", e.path, "name "+e.name, ref, id, reach)
			s.place(kind, e.path, e.id, ref, id, reach)
		}
	}
}

// spots returns which secrets stand where in a commit's tree.
func (s *stored) spots(commit, kind string) map[string]bool {
	spots := map[string]bool{}
	for _, e := range s.entries(s.commits[commit].tree, "", true) {
		for _, secret := range s.holders["name "+e.name] {
			spots["file-name"+secret+e.path] = true
		}
		for _, secret := range s.holders[e.id] {
			spots[kind+secret+e.path] = true
		}
	}
	return spots
}

// place notes where a content stands, if its secrets were not there before.
func (s *stored) place(kind, path, key, ref, commit, reach string) {
	for _, secret := range s.holders[key] {
		s.placed[secret+key] = true
		spot := kind + secret + path
		if s.first[spot] {
			continue
		}
		s.first[spot] = true
		var before []string
		for _, p := range s.commits[commit].parents {
			if e := s.lookup(s.commits[p].tree, path); e.id != "" && e.mode != "40000" && e.mode != "160000" {
				before = append(before, e.id)
			}
		}
		inHead, shown := "", path
		if kind == "note" {
			shown = strings.ReplaceAll(path, "/", "")
		} else if commit != "" && s.head != "" {
			inHead = "not in HEAD"
			now := s.lookup(s.head, path)
			key := now.id
			if kind == "file-name" && now.id != "" {
				key = "name " + now.name
			}
			if slices.Contains(s.holders[key], secret) {
				inHead = "in HEAD as " + key
			}
		}
		s.places = append(s.places, describe(secret, kind, shown, key, ref, commit, reach, before, inHead, s.carry[spot]))
	}
}

func (s *stored) lookup(tree, path string) storedEntry {
	for _, e := range s.entries(tree, "", true) {
		if e.path == path {
			return e
		}
	}
	return storedEntry{}
}

// rest places what no tree names.
func (s *stored) rest() {
	for key, secrets := range s.holders {
		for _, secret := range secrets {
			if !s.placed[secret+key] {
				kind, path := "history", ""
				if name, ok := strings.CutPrefix(key, "name "); ok {
					kind, path = "file-name", name
				}
				s.places = append(s.places, describe(secret, kind, path, key, "", "", "nothing", nil, "", 0))
			}
		}
	}
}

func describe(secret, kind, path, key, ref, commit, reach string, before []string, inHead string, commits int) string {
	return fmt.Sprintf("%s: %s %q key %q ref %q commit %s reach %q before %v %s, in %d commits", secret, kind, path, key, ref, commit, reach, before, inHead, commits)
}
