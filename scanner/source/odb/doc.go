// Package odb reads git's object storage, and nothing else of git: packs, loose
// objects and alternates. It is part of floor 2, below the history source.
//
// Its purpose is to go through every object of a repository in less time than
// git takes to print them. A pack stores most objects as deltas against others;
// the package walks each family of deltas depth-first from the object that is
// stored whole, so that every object is inflated once with its base at hand.
//
// Of the files beside a pack only its index is read. A multi-pack-index says again
// what the indexes of its packs say, which have to be there: packs and indexes
// "must come in pairs" (multi-pack-index in git's technical documentation). No
// command removes an index alone, and git 2.39 reads no pack without one, whether
// a multi-pack-index lists it or not.
//
// Everything in a repository is the attacker's. Sizes are believed only as far
// as bytes arrive, chains may loop, files may shrink while they are mapped: what
// is damaged becomes an error about one object or one pack, and all else is read.
package odb
