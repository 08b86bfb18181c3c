package content

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"staffelstab/internal/account"
)

// SynonymsTitle is the title of the article in which editors keep words that
// mean the same. It counts when everybody may read it; of several the one with
// the smallest id does.
const SynonymsTitle = "Synonyme der Suche"

// keepsSynonyms reports whether a text may be the one that keeps synonyms.
func (m Meta) keepsSynonyms() bool {
	return titleKey(m.Title) == titleKey(SynonymsTitle) && m.Kind == KindArticle && m.Visibility.Everyone()
}

// synonymsText finds the text that keeps the synonyms; "" when there is none.
func (l *Library) synonymsText(ctx context.Context) (ID, error) {
	candidates, err := l.synonymsTexts(ctx)
	if err != nil {
		return "", err
	}
	for _, a := range candidates {
		if a.keepsSynonyms() {
			return a.ID, nil
		}
	}
	return "", nil
}

// SynonymsText is the text that keeps the synonyms when the actor may change
// it, else "".
func (l *Library) SynonymsText(ctx context.Context, actor account.Actor) (ID, error) {
	id, err := l.synonymsText(ctx)
	if id == "" || err != nil {
		return "", err
	}
	a, err := l.Catalogue.Article(ctx, id)
	if err != nil || !CanWriteFor(actor, a.Department) {
		return "", err
	}
	return id, nil
}

// synonymsTexts are the texts that have or had the title, by id.
func (l *Library) synonymsTexts(ctx context.Context) ([]Article, error) {
	found, err := l.Catalogue.NamedArticles(ctx, Name{NameTitle, titleKey(SynonymsTitle)})
	slices.SortFunc(found, func(a, b Article) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return found, err
}

// Bounds of what counts as synonyms. A longer side is a sentence with an equals
// sign in it.
const (
	maxSynonymGroups = 2000
	maxSynonyms      = 12 // of one group
	maxSynonymWords  = 6  // of one side
	maxSynonymRunes  = 80
)

var listMark = regexp.MustCompile(`^(?:[-*+]|\d{1,9}[.)])\s+`)

// Synonyms reads the groups of words that mean the same: every line or list
// item of the kind "AGA = Allgemeine Geschäftsanweisung". There may be more
// than two, and commas: "KFZ, Auto = Dienstwagen = Fahrzeug". Everything else
// is left to people.
func Synonyms(body []byte) [][]string {
	var out [][]string
	fenced, hidden := false, false
	for line := range strings.Lines(strings.ToValidUTF8(string(body), "")) {
		line = strings.TrimSpace(line)
		switch {
		case codeFence.MatchString(line):
			fenced = !fenced
			continue
		case strings.HasPrefix(line, "<!--"):
			hidden = true
		}
		if !fenced && !hidden && len(out) < maxSynonymGroups {
			if group := synonymsOf(line); len(group) > 1 {
				out = append(out, group)
			}
		}
		if strings.HasSuffix(line, "-->") {
			hidden = false
		}
	}
	return out
}

// synonymsOf reads one line; nothing when it is no equation of words.
func synonymsOf(line string) []string {
	line = norm.NFC.String(listMark.ReplaceAllString(line, ""))
	if line == "" || strings.ContainsRune("#>|<", rune(line[0])) || strings.Count(line, "=") < 1 {
		return nil
	}
	var group []string
	seen := map[string]bool{}
	for side := range strings.SplitSeq(line, "=") {
		for term := range strings.SplitSeq(side, ",") {
			term = strings.Trim(plainTerm(term), ".;: ")
			if len(strings.Fields(term)) > maxSynonymWords || utf8.RuneCountInString(term) > maxSynonymRunes {
				return nil
			}
			if key := foldAsked(term); !seen[key] && strings.ContainsFunc(term, unicode.IsLetter) && len(group) < maxSynonyms {
				seen[key] = true
				group = append(group, term)
			}
		}
	}
	return group
}

// plainTerm is a term without the marks of Markdown and with single blanks.
func plainTerm(term string) string {
	term = strings.Map(func(r rune) rune {
		if strings.ContainsRune("*_`\\[]", r) || unicode.IsControl(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, term)
	return strings.Join(strings.Fields(term), " ")
}

// indexFacts are what the index knows about texts beside their files.
type indexFacts struct {
	helpful  map[ID]int // where enough people said so
	synonyms ID         // the text that keeps them
}

// indexFacts collects them for the texts with the ids; nil means all.
func (l *Library) indexFacts(ctx context.Context, ids []ID) (f indexFacts, err error) {
	if f.synonyms, err = l.synonymsText(ctx); err != nil {
		return f, err
	}
	f.helpful, err = l.Talk.HelpfulTexts(ctx, ids, helpfulFrom)
	return f, err
}

// fill adds the facts to a document.
func (f indexFacts) fill(d *IndexDocument, body []byte) {
	d.Helpful = f.helpful[d.ID]
	if d.ID == f.synonyms {
		d.Synonyms = Synonyms(body)
	}
}

// indexWaiting puts texts into the index again that something beside Git
// changed.
func (l *Library) indexWaiting(ctx context.Context) error {
	l.index.mu.Lock()
	ids := l.index.again
	l.index.again = nil
	l.index.mu.Unlock()
	if len(ids) == 0 {
		return nil
	}
	err := l.indexAgain(ctx, ids)
	if err != nil {
		l.index.mu.Lock()
		l.index.again = append(ids, l.index.again...)
		l.index.mu.Unlock()
	}
	return err
}

// Again asks for a text to be put into the index again, soon.
func (x *indexer) Again(id ID) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if !slices.Contains(x.again, id) {
		x.again = append(x.again, id)
	}
	x.Wake()
}
