package content

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"staffelstab/internal/account"
)

// People may type filters among the words they look for: bereich:66,
// art:dienstanweisung, gültig:1.5.2024, verbindlich:ja, autor:"Erika Muster",
// thema:Reisekosten; with a dash before it, -bereich:66 leaves out what has it.
// A filter that says something possible is taken off the
// words; anything else stays a word to look for, because an empty answer to a
// slip of the pen helps nobody. The same filter twice means one or the other.

// filterKey is what a typed filter restricts.
type filterKey int

const (
	byDepartment filterKey = iota
	byKind
	byValidity
	byBinding
	byAuthor
	byTopic
)

// filterWords are the words before the colon, folded.
var filterWords = map[string]filterKey{
	"bereich": byDepartment, "fachbereich": byDepartment, "art": byKind, "gueltig": byValidity, "verbindlich": byBinding,
	"autor": byAuthor, "autorin": byAuthor, "thema": byTopic,
}

// closed reports whether only certain values are possible, so that one may
// stand behind a blank without being mistaken for a sentence.
func (k filterKey) closed() bool { return k != byAuthor && k != byTopic }

// typedFilter is a filter and where it stands in the text, in bytes.
type typedFilter struct {
	key        filterKey
	value      string
	without    bool // a dash before it: what has it is left out
	start, end int
}

// maxTypedFilters bounds what one search looks up.
const maxTypedFilters = 20

// foldAsked makes spellings equal that mean the same: case, umlauts and blanks.
func foldAsked(text string) string {
	return umlauts.Replace(strings.ToLower(norm.NFC.String(singleSpaced(text))))
}

func singleSpaced(text string) string { return strings.Join(strings.Fields(text), " ") }

var umlauts = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss")

// typedFilters finds everything that looks like a filter outside quotation
// marks.
func typedFilters(text string) []typedFilter {
	var out []typedFilter
	for i := 0; i < len(text) && len(out) < maxTypedFilters; {
		if rest := strings.TrimLeftFunc(text[i:], unicode.IsSpace); len(rest) < len(text[i:]) {
			i = len(text) - len(rest)
			continue
		}
		word, _, colon := strings.Cut(text[i:i+wordEnd(text[i:])], ":")
		name, without := strings.CutPrefix(word, "-")
		key, known := filterWords[foldAsked(name)]
		if !colon || !known || without && key == byValidity {
			i += wordEnd(text[i:])
			continue
		}
		from := i + len(word) + 1
		if blank := len(text[from:]) - len(strings.TrimLeftFunc(text[from:], unicode.IsSpace)); blank > 0 && key.closed() {
			from += blank
		}
		end := from + wordEnd(text[from:])
		if value := singleSpaced(unquoted(text[from:end])); value != "" {
			out = append(out, typedFilter{key, value, without, i, end})
		}
		i = max(end, i+1)
	}
	return out
}

// wordEnd is where the word a text begins with ends: at a blank that does not
// stand between quotation marks.
func wordEnd(text string) int {
	quoted := false
	for i, r := range text {
		switch {
		case isQuote(r):
			quoted = !quoted
		case unicode.IsSpace(r) && !quoted:
			return i
		}
	}
	return len(text)
}

func isQuote(r rune) bool { return strings.ContainsRune(`"„“”»«`, r) }

// unquoted takes away quotation marks, and what no database takes.
func unquoted(word string) string {
	return strings.Map(func(r rune) rune {
		if isQuote(r) || r == utf8.RuneError || unicode.IsControl(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, word)
}

// asked takes the filters off what somebody typed and adds them to the query.
// It returns the filters too.
func (l *Library) asked(ctx context.Context, actor account.Actor, q Query) (Query, []TakenFilter, error) {
	var rest []string
	var taken []TakenFilter
	text, at := q.Text, 0
	q.Departments, q.Kinds, q.Topics = slices.Clone(q.Departments), slices.Clone(q.Kinds), slices.Clone(q.Topics)
	q.Bindings, q.Authors, q.Without = slices.Clone(q.Bindings), slices.Clone(q.Authors), q.Without.clone()
	for _, f := range typedFilters(q.Text) {
		ok, err := l.restrict(ctx, actor, &q, f)
		if err != nil {
			return q, nil, err
		}
		if ok {
			rest = append(rest, text[at:f.start])
			taken = append(taken, TakenFilter{text[f.start:f.end], singleSpaced(text[:f.start] + " " + text[f.end:])})
			at = f.end
		}
	}
	if at > 0 {
		q.Text = singleSpaced(strings.Join(append(rest, text[at:]), " "))
	}
	return q, taken, nil
}

// restrict adds a filter to the query, or reports that it says nothing
// possible.
func (l *Library) restrict(ctx context.Context, actor account.Actor, q *Query, f typedFilter) (bool, error) {
	if f.key == byValidity {
		return restrictValidity(q, f.value, l.Today()), nil
	}
	named, ok, err := l.named(ctx, actor, f)
	if !ok || err != nil {
		return false, err
	}
	if f.without {
		q.Without.add(named)
		return true, nil
	}
	q.Kinds = append(q.Kinds, named.Kinds...)
	q.Departments = append(q.Departments, named.Departments...)
	q.Topics = append(q.Topics, named.Topics...)
	q.Bindings = append(q.Bindings, named.Bindings...)
	q.Authors = append(q.Authors, named.Authors...)
	return true, nil
}

// named is what a filter names, or reports that it names nothing.
func (l *Library) named(ctx context.Context, actor account.Actor, f typedFilter) (a Attributes, ok bool, err error) {
	switch f.key {
	case byDepartment:
		a.Departments, err = l.departmentsNamed(ctx, f.value)
		return a, len(a.Departments) > 0, err
	case byKind:
		kind, ok := kindNamed(f.value)
		return Attributes{Kinds: []Kind{kind}}, ok, nil
	case byBinding:
		binding, ok := bindingNamed(f.value)
		return Attributes{Bindings: []Binding{binding}}, ok, nil
	case byAuthor:
		a.Authors, err = l.authorsNamed(ctx, actor, f.value)
		return a, true, err
	}
	a.Topics, err = l.topicsNamed(ctx, actor, f.value)
	return a, true, err
}

func (a Attributes) clone() Attributes {
	return Attributes{slices.Clone(a.Kinds), slices.Clone(a.Departments), slices.Clone(a.Topics), slices.Clone(a.Bindings), slices.Clone(a.Authors)}
}

func (a *Attributes) add(b Attributes) {
	a.Kinds, a.Departments = append(a.Kinds, b.Kinds...), append(a.Departments, b.Departments...)
	a.Topics, a.Bindings = append(a.Topics, b.Topics...), append(a.Bindings, b.Bindings...)
	a.Authors = append(a.Authors, b.Authors...)
}

var departmentNumber = regexp.MustCompile(`^\d+(/\d+)*$`)

// departmentsNamed finds departments by number, with or without "FB", or by
// the beginning of a word of their name.
func (l *Library) departmentsNamed(ctx context.Context, value string) ([]string, error) {
	folded := foldAsked(value)
	for _, word := range []string{"fachbereich", "fb"} {
		if number := strings.TrimSpace(strings.TrimPrefix(folded, word)); departmentNumber.MatchString(number) {
			return []string{number}, nil
		}
	}
	all, err := l.People.Departments(ctx)
	if err != nil || len([]rune(folded)) < 3 {
		return nil, err
	}
	var out []string
	for _, d := range all {
		if strings.Contains(" "+foldAsked(d.Name), " "+folded) {
			out = append(out, d.ID)
		}
	}
	return out, nil
}

// kindWords are further words for kinds, folded.
var kindWords = map[string]Kind{
	"standards": KindStandard, "da": KindInstruction, "dienstanweisungen": KindInstruction, "anweisung": KindInstruction, "dv": KindAgreement,
	"dienstvereinbarungen": KindAgreement, "vereinbarung": KindAgreement, "dienstvorschriften": KindRegulation, "vorschrift": KindRegulation,
	"formatvorlagen": KindTemplate, "vorlage": KindTemplate, "vorlagen": KindTemplate, "lernmodule": KindModule, "modul": KindModule,
	"module": KindModule, "lektionen": KindLesson,
}

func kindNamed(value string) (Kind, bool) {
	folded := foldAsked(value)
	if k, ok := kindWords[folded]; ok {
		return k, true
	}
	return Kind(folded), Kind(folded).Valid()
}

func bindingNamed(value string) (Binding, bool) {
	switch foldAsked(value) {
	case "ja":
		return BindingYes, true
	case "nein":
		return BindingNo, true
	case "ungeprueft":
		return BindingUnchecked, true
	}
	return BindingNone, false
}

// restrictValidity understands ja (in force on the day of the query), a day,
// and alle: what is in force and what is not. Asking for what is not in force
// alone would hide the text that holds instead, so nein means the same.
func restrictValidity(q *Query, value string, today Date) bool {
	switch folded := foldAsked(value); folded {
	case "ja":
		q.InForce = true
	case "heute":
		q.InForce, q.On = true, today
	case "nein", "alle":
		q.InForce = false
	default:
		for _, layout := range []string{time.DateOnly, "2.1.2006"} {
			if t, err := time.Parse(layout, folded); err == nil {
				q.InForce, q.On = true, Date(t.Format(time.DateOnly))
				return true
			}
		}
		return false
	}
	return true
}

// nobody is the author of no text.
const nobody = "-"

// authorsNamed finds the pseudonyms of people by their full name or login; "ich"
// is the actor. A name nobody has finds nothing.
func (l *Library) authorsNamed(ctx context.Context, actor account.Actor, value string) ([]string, error) {
	if foldAsked(value) == "ich" && actor.Person.Pseudonym != "" {
		return []string{actor.Person.Pseudonym}, nil
	}
	found, err := l.People.PeopleNamed(ctx, norm.NFC.String(value))
	if err != nil {
		return nil, err
	}
	out := []string{}
	for _, p := range found {
		out = append(out, p.Pseudonym)
	}
	if len(out) == 0 {
		out = append(out, nobody)
	}
	return out, nil
}

// topicSuggestions is how many suggestions are looked through for a topic.
const topicSuggestions = 20

// topicsNamed finds the topics that are spelled like the value but for case
// and umlauts. One nobody knows stays as it is.
func (l *Library) topicsNamed(ctx context.Context, actor account.Actor, value string) ([]string, error) {
	found, err := l.Index.Suggest(ctx, value, actor.Audience(), topicSuggestions)
	if err != nil {
		return nil, err
	}
	out := []string{value}
	for _, s := range found {
		if s.Topic != "" && s.Topic != value && foldAsked(s.Topic) == foldAsked(value) {
			out = append(out, s.Topic)
		}
	}
	return out, nil
}
