package content

import (
	"cmp"
	"context"
	"hash/maphash"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// What people search for and do not find is the best list of what is worth
// writing. It is counted without the person: per day and Fachbereich, after
// typing has ended, each text once per person and day. Who asked is known only
// in memory, until what was asked is counted.

// SearchLog keeps counts of what was searched for.
type SearchLog interface {
	// AddSearches adds to the counts of the same day, department and text.
	AddSearches(ctx context.Context, searches ...SearchCount) error
	// DropSearches forgets the days before one.
	DropSearches(ctx context.Context, before Date) error
	// DropSearchesWith forgets texts that have the words in them.
	DropSearchesWith(ctx context.Context, words string) error
	// SearchGaps lists texts nobody found anything by, the most frequent first,
	// and how many there are.
	SearchGaps(ctx context.Context, f GapFilter) ([]SearchGap, int, error)
}

// SearchCount is how often a text was searched for on a day. No person stands
// in it.
type SearchCount struct {
	Day        Date
	Department string // the whole Fachbereich, such as "66"; empty: not told
	Text       string // folded, without typed filters
	Times      int
	Empty      int           // of them without a hit
	Opened     int           // of them after which a hit was opened
	Took       time.Duration // in the index, of all of them
}

// GapFilter limits a list of gaps.
type GapFilter struct {
	Department string // the whole Fachbereich; empty: all, and those not told
	Since      Date
	AtLeast    int // times asked
	Limit      int
	Offset     int
}

// SearchGap is a text that was searched for and never led to one of the library.
type SearchGap struct {
	Text  string
	Times int
	Empty int // of them without a hit
	Last  Date
	Hits  int // how many texts the one who looks at the list would find now
}

const (
	// searchLogDays is how long counts of searches are kept.
	searchLogDays = 180
	// gapDays and gapTimes are what makes a gap: asked so often in so many days.
	gapDays, gapTimes = 90, 3
	// fewPeople is how many people a Fachbereich needs before its name stands
	// beside what was asked: aggregates about people start at five.
	fewPeople = 5
	// typingPause is how long somebody may rest in the middle of a text.
	typingPause = 30 * time.Second
	// searchEnds is after which time nobody opens a hit any more.
	searchEnds = 10 * time.Minute

	// keepEvery is how long ended searches wait to be counted together, so that
	// what one person asked does not stand side by side.
	keepEvery = time.Hour

	minSearchRunes, maxSearchRunes = 3, 100
	maxSearchesOfOne               = 100 // texts of a person counted once a day
	maxSearchHits                  = 200 // hits remembered until one is opened
)

// searching remembers in memory who asks what at the moment.
type searching struct {
	mu     sync.Mutex
	people map[string]*asking // by account id
	ended  []endedSearch
	kept   time.Time // when they were counted last
	staff  staffing
	seed   maphash.Seed
}

// asking is what somebody asks at the moment.
type asking struct {
	day     Date
	counted []uint64 // checksums of the texts of the day, keyed with a secret of this process
	current *endedSearch
	last    time.Time
	hits    []ID
}

// endedSearch waits to be counted.
type endedSearch struct {
	SearchCount
	lasting bool // it was asked for, and is not the middle of a word
}

// staffing is what is known about the people on a day: how many work in each
// Fachbereich, and their names, which are no text to count.
type staffing struct {
	day      Date
	people   map[string]int
	words    map[string]bool // folded words of names, and logins
	surnames map[string]bool
	ordinary map[string]bool // words of names everybody's texts use too, as far as it was asked
}

// noteSearch remembers a search until it is clear what came of it. Pages after
// the first only add hits.
func (l *Library) noteSearch(actor account.Actor, q Query, found SearchResult) {
	text := cutRunes(foldAsked(q.Text), maxSearchRunes)
	if actor.System || !actor.SignedIn() || text == "" || q.Explain {
		return
	}
	if found.Total == 0 && len(q.Kinds)+len(q.Departments)+len(q.Topics)+len(q.Bindings)+len(q.Authors) > 0 {
		return // a filter found nothing, which says nothing about the words
	}
	s, now := &l.searching, l.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.people == nil {
		s.people, s.seed = map[string]*asking{}, maphash.MakeSeed()
	}
	a := s.people[actor.Person.ID]
	if a == nil {
		a = &asking{}
		s.people[actor.Person.ID] = a
	}
	if day := l.Today(); a.day != day {
		s.end(a)
		a.day, a.counted = day, nil
	}
	switch {
	case a.current != nil && a.current.Text == text:
		a.current.lasting = a.current.lasting || !q.Typing
	case q.Offset > 0:
		return
	case a.current != nil && now.Sub(a.last) <= typingPause && !a.current.lasting && (strings.HasPrefix(text, a.current.Text) || strings.HasPrefix(a.current.Text, text)):
		a.last = now
		if len(text) < len(a.current.Text) && q.Typing { // taking letters back is no new question
			return
		}
		a.begin(actor, text, q, found)
	default:
		s.end(a)
		a.begin(actor, text, q, found)
	}
	a.last = now
	for _, h := range found.Hits {
		if len(a.hits) < maxSearchHits && !slices.Contains(a.hits, h.ID) {
			a.hits = append(a.hits, h.ID)
		}
	}
}

func (a *asking) begin(actor account.Actor, text string, q Query, found SearchResult) {
	whole, _, _ := strings.Cut(actor.Person.Department, "/")
	a.hits = nil
	a.current = &endedSearch{SearchCount{Day: a.day, Department: whole, Text: text, Times: 1, Took: found.Took}, !q.Typing}
	if found.Total == 0 {
		a.current.Empty = 1
	}
}

// end hands over what somebody asked, unless it was asked already that day.
func (s *searching) end(a *asking) {
	if c := a.current; c != nil && utf8.RuneCountInString(c.Text) >= minSearchRunes && len(a.counted) < maxSearchesOfOne {
		if sum := maphash.String(s.seed, c.Text); !slices.Contains(a.counted, sum) {
			a.counted = append(a.counted, sum)
			s.ended = append(s.ended, *c)
		}
	}
	a.current, a.hits = nil, nil
}

// NoteOpened remembers that the actor opened a text: when the last search
// offered it, that search led somewhere.
func (l *Library) NoteOpened(actor account.Actor, id ID) {
	s := &l.searching
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.people[actor.Person.ID]; a != nil && a.current != nil && slices.Contains(a.hits, id) {
		a.current.Opened = 1
	}
}

// noteSuggested adds what was offered while typing to what may be opened.
func (l *Library) noteSuggested(actor account.Actor, found []Suggestion) {
	s := &l.searching
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.people[actor.Person.ID]
	if a == nil || a.current == nil {
		return
	}
	for _, each := range found {
		if each.ID != "" && len(a.hits) < maxSearchHits && !slices.Contains(a.hits, each.ID) {
			a.hits = append(a.hits, each.ID)
		}
	}
}

// KeepSearches counts the searches that ended, once an hour. A job calls it every
// minute, and the end of the server counts those that still run.
func (l *Library) KeepSearches(ctx context.Context) error { return l.keepSearches(ctx, false) }

func (l *Library) keepSearches(ctx context.Context, all bool) error {
	s, now, today := &l.searching, l.Now(), l.Today()
	s.mu.Lock()
	for person, a := range s.people {
		if all || now.Sub(a.last) > searchEnds || a.day != today {
			s.end(a)
		}
		if a.day != today && a.current == nil {
			delete(s.people, person)
		}
	}
	ended := s.ended
	if len(ended) == 0 || !all && now.Sub(s.kept) < keepEvery {
		s.mu.Unlock()
		return nil
	}
	s.ended, s.kept = nil, now
	s.mu.Unlock()
	counts, err := l.countable(ctx, ended)
	if err == nil {
		err = l.SearchLog.AddSearches(ctx, counts...)
	}
	if err != nil { // nothing of it was counted
		s.mu.Lock()
		s.ended = append(ended, s.ended...)
		s.mu.Unlock()
	}
	return err
}

// countable leaves out what might tell of a person, and adds up the rest.
func (l *Library) countable(ctx context.Context, ended []endedSearch) ([]SearchCount, error) {
	staff, err := l.staff(ctx)
	if err != nil {
		return nil, err
	}
	type key struct {
		day              Date
		department, text string
	}
	var order []key
	sums := map[key]*SearchCount{}
	for _, e := range ended {
		tells, err := l.tells(ctx, staff, e.Text)
		if err != nil {
			return nil, err
		}
		if tells {
			continue
		}
		if staff.people[e.Department] < fewPeople {
			e.Department = ""
		}
		k := key{e.Day, e.Department, e.Text}
		sum := sums[k]
		if sum == nil {
			sum = &SearchCount{Day: k.day, Department: k.department, Text: k.text}
			sums[k] = sum
			order = append(order, k)
		}
		sum.Times += e.Times
		sum.Empty += e.Empty
		sum.Opened += e.Opened
		sum.Took += e.Took
	}
	slices.SortFunc(order, func(a, b key) int { // not in the order somebody asked
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.text, b.text), cmp.Compare(a.department, b.department))
	})
	out := make([]SearchCount, len(order))
	for i, k := range order {
		out[i] = *sums[k]
	}
	return out, nil
}

// staff counts people and collects names, once a day.
func (l *Library) staff(ctx context.Context) (staffing, error) {
	s, today := &l.searching, l.Today()
	s.mu.Lock()
	known := s.staff
	s.mu.Unlock()
	if known.day == today {
		return known, nil
	}
	members, err := l.Members.Members(ctx)
	if err != nil {
		return staffing{}, err
	}
	former, err := l.Members.FormerNames(ctx)
	if err != nil {
		return staffing{}, err
	}
	known = staffing{today, map[string]int{}, map[string]bool{}, map[string]bool{}, map[string]bool{}}
	for _, m := range members {
		whole, _, _ := strings.Cut(m.Person.Department, "/")
		known.people[whole]++
		known.learn(m.Person.DisplayName)
		known.words[foldAsked(m.Person.Login)] = true
	}
	for _, name := range former {
		known.learn(name)
	}
	s.mu.Lock()
	s.staff = known
	s.mu.Unlock()
	return known, nil
}

// learn takes in a name as people are shown it.
func (s staffing) learn(name string) {
	words := slices.DeleteFunc(nameWords(name), func(w string) bool { return addressing(w) || len(w) < 2 })
	for _, w := range words {
		s.words[w] = true
	}
	if len(words) > 0 {
		s.surnames[words[len(words)-1]] = true
	}
}

// addressing reports whether a word announces a name.
func addressing(word string) bool {
	switch word {
	case "dr", "prof", "frau", "herr", "herrn", "kollege", "kollegin", "kollegen", "familie", "fam":
		return true
	}
	return false
}

// tells reports whether a text may be about a certain person: an address, a
// telephone or personnel number, or the name of somebody who works or worked
// here. A surname that everybody's texts use as a word, such as Koch, tells only
// beside a first name or an address.
func (l *Library) tells(ctx context.Context, s staffing, text string) (bool, error) {
	digits := 0
	for _, r := range text {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	if digits >= 6 || strings.Contains(text, "@") {
		return true, nil
	}
	names, others, announced, surname := 0, 0, false, ""
	for _, w := range nameWords(text) {
		bare := strings.TrimSuffix(w, "s") // Brinkmanns
		switch {
		case addressing(w):
			announced = true
		case s.words[w] || s.words[bare]:
			names++
			if s.surnames[w] {
				surname = w
			} else if s.surnames[bare] {
				surname = bare
			}
		default:
			others++
		}
	}
	switch {
	case names == 0:
		return false, nil
	case others == 0 || announced || names > 1:
		return true, nil
	case surname == "":
		return false, nil // a first name among other words, or a login that is a word
	}
	ordinary, err := l.ordinary(ctx, s, surname)
	return !ordinary, err
}

// ordinary reports whether everybody's texts use a word just so.
func (l *Library) ordinary(ctx context.Context, s staffing, word string) (bool, error) {
	l.searching.mu.Lock()
	known, asked := s.ordinary[word]
	l.searching.mu.Unlock()
	if asked {
		return known, nil
	}
	found, err := l.Index.Search(ctx, Query{Text: word, Audience: []string{account.Everyone}, On: l.Today(), Limit: 1, Explain: true})
	if err != nil {
		return false, err
	}
	if len(found.Hits) > 0 && found.Hits[0].Why != nil && len(found.Hits[0].Why.Words) > 0 {
		grade := found.Hits[0].Why.Words[0].Grade
		known = grade == MatchExact || grade == MatchStem
	}
	l.searching.mu.Lock()
	s.ordinary[word] = known
	l.searching.mu.Unlock()
	return known, nil
}

func nameWords(text string) []string {
	return strings.FieldsFunc(foldAsked(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' })
}

func cutRunes(text string, limit int) string {
	if runes := []rune(text); len(runes) > limit {
		return string(runes[:limit])
	}
	return text
}

// ForgetSearches deletes counts that are older than they are kept. A job calls
// it every day.
func (l *Library) ForgetSearches(ctx context.Context) error {
	return l.SearchLog.DropSearches(ctx, l.Today().AddDays(-searchLogDays))
}

// forgetSearchesWith takes the words of a redaction out of what was searched for.
func (l *Library) forgetSearchesWith(ctx context.Context, passage string) error {
	words, s := foldAsked(passage), &l.searching
	if words == "" {
		return nil
	}
	s.mu.Lock()
	s.ended = slices.DeleteFunc(s.ended, func(e endedSearch) bool { return strings.Contains(e.Text, words) })
	for _, a := range s.people {
		if a.current != nil && strings.Contains(a.current.Text, words) {
			a.current = nil
		}
	}
	s.mu.Unlock()
	return l.SearchLog.DropSearchesWith(ctx, words)
}

// CanSeeGaps reports whether the actor may see what a Fachbereich searches for:
// those who look after texts there. Words of other departments are not theirs
// to read. Without a department it is about all of them.
func CanSeeGaps(actor account.Actor, department string) bool {
	if actor.System || actor.SignedIn() && actor.HasIn(department, account.Author, account.Editor, account.Reviewer) {
		return true
	}
	return actor.SignedIn() && department != "" && slices.ContainsFunc(actor.Grants, func(g account.Grant) bool {
		unit, limited := g.Scope.Department()
		return limited && account.Within(unit, department) && slices.Contains([]account.Role{account.Author, account.Editor, account.Reviewer}, g.Role)
	})
}

// SearchGaps lists what people of a Fachbereich searched for at least three
// times within 90 days without ever opening a hit: there was none, or none that
// looked right. Of all departments when none is named. Hits are what the actor
// would find today.
func (l *Library) SearchGaps(ctx context.Context, actor account.Actor, department string, limit, offset int) ([]SearchGap, int, error) {
	if err := authorizeTend(actor); err != nil {
		return nil, 0, err
	}
	whole, _, _ := strings.Cut(department, "/")
	if !CanSeeGaps(actor, whole) {
		return nil, 0, fault.New(fault.Forbidden, "searchpage.gaps-not-yours")
	}
	filter := GapFilter{Department: whole, Since: l.Today().AddDays(-gapDays), AtLeast: gapTimes, Limit: limit, Offset: offset}
	gaps, total, err := l.SearchLog.SearchGaps(ctx, filter)
	if err != nil {
		return nil, 0, err
	}
	for i := range gaps {
		found, err := l.find(ctx, actor, Query{Text: gaps[i].Text, InForce: true, Limit: 1})
		if err != nil {
			return nil, 0, err
		}
		gaps[i].Hits = found.Total
	}
	return gaps, total, nil
}
