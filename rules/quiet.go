package rules

// quietness knows, for rules that are slow to say no, where there is nothing to
// find: so needles side by side do not cost a look at the same text each.
type quietness map[int]*quietRule

// quietRule is what is known about one rule.
type quietRule struct {
	fails, since int // how often it found nothing since there
	until        int // up to where there is nothing to find
}

// quietFails is how many needles within Reach of each other have to be in vain
// for a look ahead to be worth its while.
const quietFails = 32

// at tells whether the rule of that number has nothing to find by a needle at at.
func (q quietness) at(number, at int) bool {
	r := q[number]
	return r != nil && at >= r.since && at < r.until
}

// failed notes that a rule found nothing by the needle at data[at:].
func (q *quietness) failed(number int, rule *Rule, data []byte, at int) {
	if *q == nil {
		*q = quietness{}
	}
	r := (*q)[number]
	if r == nil || at-max(r.since, r.until) > Reach || at < r.since {
		(*q)[number] = &quietRule{fails: 1, since: at}
		return
	}
	if r.fails++; r.fails < quietFails {
		return
	}
	r.fails, r.since, r.until = 0, at, rule.quiet(data, at)
	if r.until > at+Reach/2 { // it is worth another look right behind it
		r.fails = quietFails - 1
	}
}
