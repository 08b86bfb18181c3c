package web

import (
	"net/url"
	"slices"

	"staffelstab/content"
	"staffelstab/internal/i18n"
)

// searchSorts are the orders a search can have, by their word in the address.
func searchSorts() map[string]content.SearchSort {
	return map[string]content.SearchSort{"neu": content.SearchByChange, "titel": content.SearchByTitle}
}

// choices are what the page offers beside hits: taking single filters away,
// another order, and for those who tend texts why a hit stands where it stands.
func (v *searchView) choices(f *Frame, values url.Values, tends bool) {
	for _, typed := range v.Result.Filters {
		v.Chips = append(v.Chips, chip{typed.Text, searchAddress(values, "q", typed.Rest)})
	}
	for _, group := range v.Filters {
		for _, o := range group.Options {
			if o.Selected {
				v.Chips = append(v.Chips, chip{group.Title + ": " + o.Text, withoutValue(values, group.Name, o.Value)})
			}
		}
	}
	if !v.InForce {
		v.Chips = append(v.Chips, chip{f.T("searchpage.with-old"), withoutValue(values, "gueltig", "alle")})
	}
	now := values.Get("sortierung")
	if _, known := searchSorts()[now]; !known {
		now = ""
	}
	v.Sorts = []filterOption{
		{Value: "", Text: f.T("searchpage.sort-relevance"), Selected: now == ""},
		{Value: "neu", Text: f.T("searchpage.sort-changed"), Selected: now == "neu"},
		{Value: "titel", Text: f.T("searchpage.sort-title"), Selected: now == "titel"},
	}
	if tends {
		v.Explain = searchAddress(values, "erklaeren", "1")
		if v.Explained {
			v.Explain = withoutValue(values, "erklaeren", values.Get("erklaeren"))
		}
	}
}

// withoutValue is the address of the same search without one value.
func withoutValue(values url.Values, key, value string) string {
	next := url.Values{}
	for k, list := range values {
		if k == "seite" || k == "meldung" {
			continue
		}
		next[k] = slices.DeleteFunc(slices.Clone(list), func(v string) bool { return k == key && v == value })
	}
	return "/suche?" + next.Encode()
}

// whyView tells in words why a hit stands where it stands.
type whyView struct {
	Words   []string
	Factors []string
	Score   string
}

func (f *Frame) why(e *content.Explanation) *whyView {
	if e == nil {
		return nil
	}
	v := &whyView{}
	for _, w := range e.Words {
		v.Words = append(v.Words, f.T("searchpage.why-word", "word", w.Word, "how", f.grade(w.Grade), "where", f.place(w.Field), "worth", i18n.Decimal(f.Locale, w.Worth, 1)))
	}
	for _, x := range e.Factors {
		v.Factors = append(v.Factors, f.T("searchpage.why-factor", "name", f.factor(x.Name), "value", i18n.Decimal(f.Locale, x.Value, 2)))
	}
	return v
}

func (f *Frame) grade(g content.MatchGrade) string {
	switch g {
	case content.MatchExact:
		return f.T("searchpage.grade-exact")
	case content.MatchStem:
		return f.T("searchpage.grade-stem")
	case content.MatchSynonym:
		return f.T("searchpage.grade-synonym")
	case content.MatchRoot:
		return f.T("searchpage.grade-root")
	case content.MatchPart:
		return f.T("searchpage.grade-part")
	case content.MatchCompound:
		return f.T("searchpage.grade-compound")
	case content.MatchPrefix:
		return f.T("searchpage.grade-prefix")
	}
	return f.T("searchpage.grade-fuzzy")
}

func (f *Frame) place(field string) string {
	switch field {
	case "title":
		return f.T("searchpage.in-title")
	case "keys":
		return f.T("searchpage.in-keys")
	case "heads":
		return f.T("searchpage.in-heads")
	}
	return f.T("searchpage.in-body")
}

func (f *Frame) factor(name string) string {
	switch name {
	case "complete":
		return f.T("searchpage.factor-complete")
	case "together":
		return f.T("searchpage.factor-together")
	case "validity":
		return f.T("searchpage.factor-validity")
	case "binding":
		return f.T("searchpage.factor-binding")
	case "review":
		return f.T("searchpage.factor-review")
	}
	if name == "synonyms" {
		return f.T("searchpage.factor-synonyms")
	}
	return f.T("searchpage.factor-helpful")
}
