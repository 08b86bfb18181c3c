package content

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"staffelstab/internal/account"
)

// What counts as alike. Measured on the demo's texts, which share a subject but
// no wording: the most alike pair has less than a tenth of its runs in common,
// a text of which every tenth word was changed keeps a little more than half.
const (
	alikeText  = 0.5 // share of common runs
	alikeTitle = 0.8 // share of common trigrams
)

// maxAlike is how many similar texts people are shown.
const maxAlike = 5

// maxTitleWords is how many words of a title are looked up.
const maxTitleWords = 4

// SimilarText is a text that resembles one that is being written.
type SimilarText struct {
	Article Article
	Title   bool    // the titles resemble each other
	Share   float64 // of runs of words in common, 0 when it is below what counts
}

// Similar lists texts the actor may see whose title or wording resembles what
// is being written, the most alike first. except is the text itself, if any.
func (l *Library) Similar(ctx context.Context, actor account.Actor, except ID, title, body string) ([]SimilarText, error) {
	if err := authorizeRead(actor); err != nil {
		return nil, err
	}
	found := map[ID]SimilarText{}
	if err := l.likeTitle(ctx, actor, title, found); err != nil {
		return nil, err
	}
	if err := l.likeBody(ctx, actor, body, found); err != nil {
		return nil, err
	}
	delete(found, except)
	out := make([]SimilarText, 0, len(found))
	for _, s := range found {
		if !s.Article.Kind.IsLearning() && s.Article.Kind != KindTemplate { // a text is meant to be like its template
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b SimilarText) int {
		switch {
		case a.Share != b.Share && a.Share > b.Share:
			return -1
		case a.Share != b.Share:
			return 1
		}
		return strings.Compare(string(a.Article.ID), string(b.Article.ID))
	})
	return out[:min(len(out), maxAlike)], nil
}

// likeTitle finds texts with the same or a similar title.
func (l *Library) likeTitle(ctx context.Context, actor account.Actor, title string, found map[ID]SimilarText) error {
	same, err := l.Catalogue.NamedArticles(ctx, Name{NameTitle, titleKey(title)})
	if err != nil || strings.TrimSpace(title) == "" {
		return err
	}
	ids := []ID{}
	for _, a := range same {
		ids = append(ids, a.ID)
	}
	list, _ := telling(title)
	for _, word := range list[:min(len(list), maxTitleWords)] { // each alone: "Abrechnung" is not in "abrechnen"
		hits, err := l.find(ctx, actor, Query{Text: word, Limit: 10})
		if err != nil {
			return err
		}
		for _, hit := range hits.Hits {
			ids = append(ids, hit.ID)
		}
	}
	page, err := l.List(ctx, actor, ArticleFilter{IDs: ids})
	if err != nil {
		return err
	}
	for _, a := range page.Articles {
		if titleKey(a.Title) == titleKey(title) || titleLikeness(a.Title, title) >= alikeTitle {
			found[a.ID] = SimilarText{Article: a, Title: true}
		}
	}
	return nil
}

// likeBody finds texts with much the same wording.
func (l *Library) likeBody(ctx context.Context, actor account.Actor, body string, found map[ID]SimilarText) error {
	marks := prints(body)
	if marks == nil {
		return nil
	}
	candidates, err := l.Catalogue.AlikeArticles(ctx, marks, linkFilter(actor, "", 4*maxAlike, 0))
	if err != nil {
		return err
	}
	mine := runs(body)
	for _, a := range candidates {
		d, err := l.document(ctx, a)
		if err != nil {
			return err
		}
		if share := overlap(mine, runs(string(d.Body))); share >= alikeText {
			found[a.ID] = SimilarText{Article: a, Title: found[a.ID].Title, Share: share}
		}
	}
	return nil
}

// titleLikeness is the share of trigrams the telling words of two titles have
// in common (0 to 1). Titles of one word, such as "Checkliste", say too little,
// and those with different numbers mean different things.
func titleLikeness(a, b string) float64 {
	first, numbersA := telling(a)
	second, numbersB := telling(b)
	if len(first) < 2 || len(second) < 2 || !slices.Equal(numbersA, numbersB) {
		return 0
	}
	x, y := trigrams(first), trigrams(second)
	common := 0
	for t := range x {
		if y[t] {
			common++
		}
	}
	return 2 * float64(common) / float64(len(x)+len(y))
}

// telling divides a title into words that say something and numbers.
func telling(title string) (list, numbers []string) {
	for _, word := range words(title) {
		switch {
		case strings.ContainsFunc(word, unicode.IsDigit):
			numbers = append(numbers, word)
		case !isFiller(word):
			list = append(list, word)
		}
	}
	return list, numbers
}

func isFiller(word string) bool {
	switch word {
	case "der", "die", "das", "des", "dem", "den", "ein", "eine", "einer", "eines", "und", "oder", "für", "von", "vom", "im", "in", "zu", "zum", "zur",
		"bei", "beim", "mit", "am", "an", "auf", "aus", "nach", "über", "wie", "was", "so":
		return true
	}
	return utf8.RuneCountInString(word) < 2
}

func trigrams(list []string) map[string]bool {
	out := map[string]bool{}
	for _, word := range list {
		runes := []rune(" " + word + " ")
		for i := 0; i+3 <= len(runes); i++ {
			out[string(runes[i:i+3])] = true
		}
	}
	return out
}

// Duplicate is a pair of texts with much the same wording.
type Duplicate struct {
	First, Second Article
	Share         float64
}

// maxDuplicates is how many pairs are looked at.
const maxDuplicates = 100

// Duplicates lists pairs of texts the actor may see that say much the same,
// one of them in the department, the most alike first. A text and the one that
// takes its place are meant to be alike, and so are a text and its template.
func (l *Library) Duplicates(ctx context.Context, actor account.Actor, department string) ([]Duplicate, error) {
	if err := authorizeTend(actor); err != nil {
		return nil, err
	}
	pairs, err := l.Catalogue.AlikePairs(ctx, linkFilter(actor, department, maxDuplicates, 0))
	if err != nil {
		return nil, err
	}
	read := map[ID]map[uint64]bool{}
	runsOf := func(a Article) (map[uint64]bool, error) {
		if have, ok := read[a.ID]; ok {
			return have, nil
		}
		d, err := l.document(ctx, a)
		if err == nil {
			read[a.ID] = runs(string(d.Body))
		}
		return read[a.ID], err
	}
	var out []Duplicate
	for _, p := range pairs {
		if p.First.ReplacedBy == p.Second.ID || p.Second.ReplacedBy == p.First.ID || (p.First.Kind == KindTemplate) != (p.Second.Kind == KindTemplate) {
			continue
		}
		a, err := runsOf(p.First)
		if err != nil {
			return nil, err
		}
		b, err := runsOf(p.Second)
		if err != nil {
			return nil, err
		}
		if p.Share = overlap(a, b); p.Share >= alikeText {
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(a, b Duplicate) int {
		if a.Share > b.Share {
			return -1
		}
		return 1
	})
	return out, nil
}

// LikenessCatalogue finds candidates by prints; it applies audience sets.
type LikenessCatalogue interface {
	// AlikeArticles lists texts that share prints, most of them first.
	AlikeArticles(ctx context.Context, prints []int64, filter LinkFilter) ([]Article, error)
	// AlikePairs lists pairs of texts that share prints, most of them first.
	AlikePairs(ctx context.Context, filter LinkFilter) ([]Duplicate, error)
}
