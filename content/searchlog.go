package content

import (
	"context"
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

	minSearchRunes, maxSearchRunes = 3, 100
	maxSearchesOfOne               = 100 // texts of a person counted once a day
	maxSearchHits                  = 200 // hits remembered until one is opened
)

// searching remembers in memory who asks what at the moment.
type searching struct {
	mu     sync.Mutex
	people map[string]*asking // by account id
	ended  []endedSearch
	staff  staffing
}

// asking is what somebody asks at the moment.
type asking struct {
	day     Date
	counted []string // texts of the day
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
	day    Date
	people map[string]int
	names  map[string]bool // folded full names, both ways
	words  map[string]bool // folded words of names, and logins
}

// noteSearch remembers a search until it is clear what came of it. Pages after
// the first only add hits.
func (l *Library) noteSearch(actor account.Actor, q Query, found SearchResult) {
	text := cutRunes(foldAsked(q.Text), maxSearchRunes)
	if actor.System || !actor.SignedIn() || text == "" || q.Explain {
		return
	}
	s, now := &l.searching, l.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.people == nil {
		s.people = map[string]*asking{}
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
	if c := a.current; c != nil && utf8.RuneCountInString(c.Text) >= minSearchRunes &&
		len(a.counted) < maxSearchesOfOne && !slices.Contains(a.counted, c.Text) {
		a.counted = append(a.counted, c.Text)
		s.ended = append(s.ended, *c)
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

// KeepSearches counts the searches that ended. A job calls it every minute, and
// the end of the server counts those that still run.
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
	s.ended = nil
	s.mu.Unlock()
	if len(ended) == 0 {
		return nil
	}
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
		if staff.tells(e.Text) {
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
	known = staffing{today, map[string]int{}, map[string]bool{}, map[string]bool{}}
	for _, m := range members {
		whole, _, _ := strings.Cut(m.Person.Department, "/")
		known.people[whole]++
		words := nameWords(m.Person.DisplayName)
		for _, w := range words {
			known.words[w] = true
		}
		if len(words) > 1 {
			known.names[strings.Join(words, " ")] = true
			known.names[words[len(words)-1]+" "+strings.Join(words[:len(words)-1], " ")] = true
		}
		known.words[foldAsked(m.Person.Login)] = true
	}
	s.mu.Lock()
	s.staff = known
	s.mu.Unlock()
	return known, nil
}

// maxNameWords is how many words of a text are compared with names at once.
const maxNameWords = 4

// tells reports whether a text may be about a certain person: an address, a
// telephone or personnel number, the name of somebody who works here.
func (s staffing) tells(text string) bool {
	digits := 0
	for _, r := range text {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	if digits >= 6 || strings.Contains(text, "@") {
		return true
	}
	words := nameWords(text)
	if !slices.ContainsFunc(words, func(w string) bool { return !s.words[w] }) {
		return true
	}
	for i := range words {
		for n := 2; n <= maxNameWords && i+n <= len(words); n++ {
			if s.names[strings.Join(words[i:i+n], " ")] {
				return true
			}
		}
	}
	return false
}

func nameWords(text string) []string {
	return strings.FieldsFunc(foldAsked(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '.' && r != '-' })
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
		a.counted = slices.DeleteFunc(a.counted, func(text string) bool { return strings.Contains(text, words) })
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
