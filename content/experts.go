package content

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/sergi/go-diff/diffmatchpatch"

	"staffelstab/internal/account"
)

// Expertise tells whose lines stand in a text today. It answers "whom can I
// ask about this?" and nothing else: it is never summed up over texts.
type Expertise struct {
	Whole    []Standing
	Sections []SectionExpertise // in the order of the text, those with words
}

// SectionExpertise is the same for a section.
type SectionExpertise struct {
	Title, Anchor string // empty before the first heading
	Standing      []Standing
}

// Standing is what stands of one person, or of the system the text came from.
type Standing struct {
	Who    string // pseudonym; empty for Origin and Earlier
	Origin bool   // came with an import
	Known  bool   // who wrote it was found out and may be told
	Part   Part
	words  int
}

// Part is how much of a text is somebody's, in steps people think in.
type Part string

// The parts.
const (
	PartAll    Part = "all"    //
	PartMost   Part = "most"   // more than three fifths
	PartHalf   Part = "half"   // about half
	PartSome   Part = "some"   // a tenth and more
	PartLittle Part = "little" // less
)

func partOf(words, all int) Part {
	switch {
	case words == all:
		return PartAll
	case 5*words > 3*all:
		return PartMost
	case 5*words >= 2*all:
		return PartHalf
	case 10*words >= all:
		return PartSome
	}
	return PartLittle
}

// Bounds of how far back a text is followed. Lines that are older than the
// last version looked at are nobody's.
const (
	maxBlameVersions = 200
	maxBlameLines    = 1_000_000 // of all versions looked at
)

// blamed is a text by lines with the version each came with.
type blamed struct {
	lines    []string
	from     []int // index into versions, -1 for older than all
	versions []Revision
	sections []blamedSection
}

type blamedSection struct {
	title, anchor string
	line          int // where it begins
}

// Experts tells who wrote what stands in a text. People whose versions the
// actor may not see are not named.
func (l *Library) Experts(ctx context.Context, actor account.Actor, id ID) (Expertise, error) {
	a, err := l.visible(ctx, actor, id)
	if err != nil {
		return Expertise{}, err
	}
	b, err := l.blames.of(a, func() (*blamed, error) { return l.blame(ctx, a) })
	if err != nil {
		return Expertise{}, err
	}
	out := Expertise{Whole: b.standing(actor, a, 0, len(b.lines))}
	for i, s := range b.sections {
		end := len(b.lines)
		if i+1 < len(b.sections) {
			end = b.sections[i+1].line
		}
		if standing := b.standing(actor, a, s.line, end); len(standing) > 0 {
			out.Sections = append(out.Sections, SectionExpertise{Title: s.title, Anchor: s.anchor, Standing: standing})
		}
	}
	return out, nil
}

// standing sums up lines by person, the most words first.
func (b *blamed) standing(actor account.Actor, a Article, from, to int) []Standing {
	sums := map[Standing]int{}
	all := 0
	for i := from; i < to; i++ {
		n := len(words(b.lines[i]))
		if n == 0 {
			continue
		}
		all += n
		key := Standing{}
		if v := b.from[i]; v >= 0 && CanSee(actor, b.versions[v].Audience) {
			key = Standing{Known: true, Who: b.versions[v].Author}
			if strings.HasPrefix(b.versions[v].Operation, "import-"+string(a.ID)+"-") {
				key = Standing{Known: true, Origin: true}
			}
		}
		sums[key] += n
	}
	out := make([]Standing, 0, len(sums))
	for s, n := range sums {
		s.words, s.Part = n, partOf(n, all)
		out = append(out, s)
	}
	slices.SortFunc(out, func(x, y Standing) int {
		if x.words != y.words {
			return y.words - x.words
		}
		return strings.Compare(x.Who, y.Who)
	})
	return out
}

// blame follows every line of a text back to the version it came with. It
// stops as soon as all lines are accounted for.
func (l *Library) blame(ctx context.Context, a Article) (*blamed, error) {
	versions, err := l.Catalogue.Revisions(ctx, a.ID, 0, 0)
	if err != nil {
		return nil, err
	}
	versions = slices.DeleteFunc(versions, func(r Revision) bool { return r.Removed })
	current, err := l.document(ctx, a)
	if err != nil {
		return nil, err
	}
	b := &blamed{versions: versions, lines: bodyLines(current.Body), sections: l.sectionsOf(current.Body)}
	b.from = make([]int, len(b.lines))
	at := make([]int, len(b.lines)) // where the line stands in the version being looked at
	for i := range at {
		at[i], b.from[i] = i, -1
	}
	pending := len(b.lines)
	newer, looked := b.lines, len(b.lines)
	for v, examined := 0, 1; v < len(versions) && pending > 0; v++ {
		var older []string
		if v+1 < len(versions) {
			if versions[v+1].Blob == versions[v].Blob {
				continue
			}
			if examined++; examined > maxBlameVersions || looked > maxBlameLines {
				break
			}
			d, err := l.document(ctx, Article{Path: versions[v+1].Path, Blob: versions[v+1].Blob})
			if err != nil {
				return nil, err
			}
			older = bodyLines(d.Body)
			looked += len(older)
		} else if len(versions) == listedVersions {
			break // what is older was not listed
		}
		origin := kept(older, newer)
		for i := range at {
			switch {
			case b.from[i] >= 0:
			case origin[at[i]] < 0:
				b.from[i] = v
				pending--
			default:
				at[i] = origin[at[i]]
			}
		}
		newer = older
	}
	return b, nil
}

// listedVersions is how many versions a Catalogue lists at once.
const listedVersions = 500

func bodyLines(body []byte) []string {
	return splitLines(strings.Trim(strings.ReplaceAll(string(body), "\r\n", "\n"), "\n"))
}

// kept tells for every line of the newer text where it stood in the older one,
// or -1.
func kept(older, newer []string) []int {
	origin := make([]int, len(newer))
	for i := range origin {
		origin[i] = -1
	}
	if len(older) == 0 {
		return origin
	}
	d := newDiff()
	a, b, lines := d.DiffLinesToRunes(strings.Join(older, "\n")+"\n", strings.Join(newer, "\n")+"\n")
	from, to := 0, 0
	for _, part := range d.DiffCharsToLines(d.DiffMainRunes(a, b, false), lines) {
		n := strings.Count(part.Text, "\n")
		switch part.Type {
		case diffmatchpatch.DiffDelete:
			from += n
		case diffmatchpatch.DiffInsert:
			to += n
		case diffmatchpatch.DiffEqual:
			for range n {
				if to < len(origin) {
					origin[to] = from
				}
				from++
				to++
			}
		}
	}
	return origin
}

// sectionsOf finds the lines at which sections begin.
func (l *Library) sectionsOf(body []byte) []blamedSection {
	text := strings.ReplaceAll(string(body), "\r\n", "\n")
	text = strings.TrimLeft(text, "\n")
	sections := []blamedSection{{}}
	for _, block := range l.Renderer.Blocks([]byte(text)) {
		if block.Kind == BlockHeading && block.Start <= len(text) {
			sections = append(sections, blamedSection{block.Text, block.Anchor, strings.Count(text[:block.Start], "\n")})
		}
	}
	return sections
}

// maxBlames bounds the texts whose lines are remembered.
const maxBlames = 128

// blameCache remembers the lines of the texts that were asked about last.
type blameCache struct {
	mu      sync.Mutex
	order   []RevisionID
	entries map[RevisionID]*blamed
}

func (c *blameCache) of(a Article, follow func() (*blamed, error)) (*blamed, error) {
	c.mu.Lock()
	b, ok := c.entries[a.Revision]
	c.mu.Unlock()
	if ok {
		return b, nil
	}
	b, err := follow()
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.entries == nil {
		c.entries = map[RevisionID]*blamed{}
	}
	if _, again := c.entries[a.Revision]; !again {
		c.order = append(c.order, a.Revision)
	}
	c.entries[a.Revision] = b
	if len(c.order) > maxBlames {
		delete(c.entries, c.order[0])
		c.order = c.order[1:]
	}
	return b, nil
}
