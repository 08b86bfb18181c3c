package content_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/server/servertest"
)

// askedIndex notes what reaches the index.
type askedIndex struct {
	content.Index
	query  *content.Query
	topics []string
	mended string
}

func (i askedIndex) Search(_ context.Context, q content.Query) (content.SearchResult, error) {
	*i.query = q
	return content.SearchResult{DidYouMean: i.mended}, nil
}

func (i askedIndex) Suggest(context.Context, string, []string, int) ([]content.Suggestion, error) {
	out := []content.Suggestion{{ID: "x", Title: "Reisekosten"}}
	for _, topic := range i.topics {
		out = append(out, content.Suggestion{Topic: topic})
	}
	return out, nil
}

func TestFiltersAmongTheWordsRestrictTheSearch(t *testing.T) {
	s := servertest.New(t)
	var q content.Query
	s.Library.Index = askedIndex{Index: s.Library.Index, query: &q, topics: []string{"Reisekosten", "Größe"}}
	renate, self := s.People["expertin"].Pseudonym, s.People["leserin"].Pseudonym
	for typed, want := range map[string]string{
		"Urlaub":                         "Urlaub|",
		"  zwei   Wörter ":               "  zwei   Wörter |",
		"bereich:66 Urlaub":              "Urlaub|bereich 66",
		"Urlaub Bereich:FB11/4 antrag":   "Urlaub antrag|bereich 11/4",
		`Urlaub bereich:"FB 66"`:         "Urlaub|bereich 66",
		"bereich: tief":                  "|bereich 66",
		"bereich:bürger bereich:66":      "|bereich 33 66",
		"bereich:quatsch Urlaub":         "bereich:quatsch Urlaub|",
		"art:standard":                   "|art standard",
		"ART:Dienstanweisungen x":        "x|art dienstanweisung",
		"art: modul":                     "|art lernmodul",
		"art:Standard art:DA":            "|art standard dienstanweisung",
		"die art: und weise":             "die art: und weise|",
		"art:":                           "art:|",
		"gueltig:ja":                     "|gültig 2026-11-24",
		"gültig:1.5.2024 Salz":           "Salz|gültig 2024-05-01",
		"Gültig:2024-05-01":              "|gültig 2024-05-01",
		"gu\u0308ltig:heute":             "|gültig 2026-11-24",
		"gültig:31.2.2024":               "gültig:31.2.2024|",
		"gültig:bald":                    "gültig:bald|",
		"verbindlich:ja":                 "|verbindlich ja",
		"verbindlich:vielleicht":         "verbindlich:vielleicht|",
		"verbindlich:ungeprueft":         "|verbindlich ungeprüft",
		`autor:"renate  brinkmann" Salz`: "Salz|autor " + renate,
		"autor:„Renate Brinkmann“":       "|autor " + renate,
		"autor:expertin autor:ich":       "|autor " + renate + " " + self,
		"autor:niemand":                  "|autor -",
		"autor: wer war das":             "autor: wer war das|",
		"thema:reisekosten":              "|thema reisekosten Reisekosten",
		"thema:groesse":                  "|thema groesse Größe",
		`"art:standard ist" Wort`:        `"art:standard ist" Wort|`,
		`"ein Satz" art:standard`:        `"ein Satz"|art standard`,
		"-art:standard":                  "|ohne art standard",
		"Salz -bereich:FB66 -bereich:11": "Salz|ohne bereich 66 11",
		"-autor:expertin bereich:66 Eis": "Eis|bereich 66, ohne autor " + renate,
		"-thema:groesse -verbindlich:ja": "|ohne verbindlich ja, ohne thema groesse Größe",
		"-gültig:ja":                     "-gültig:ja|",
		"-bereich:quatsch Urlaub":        "-bereich:quatsch Urlaub|",
		"https://x.de/art:standard":      "https://x.de/art:standard|",
		"autor:\"\x00\xffexpertin\"":     "|autor " + renate,
	} {
		do(s.Library.Search(t.Context(), s.Actor("leserin"), content.Query{Text: typed}))(t)
		equal(t, typed, q.Text+"|"+restrictions(q), want)
	}
}

func restrictions(q content.Query) string {
	own := content.Attributes{Kinds: q.Kinds, Departments: q.Departments, Topics: q.Topics, Bindings: q.Bindings, Authors: q.Authors}
	out := attributes("", own, q)
	return strings.Join(append(out, attributes("ohne ", q.Without, content.Query{})...), ", ")
}

func attributes(prefix string, a content.Attributes, q content.Query) []string {
	var out []string
	add := func(name string, values ...any) {
		if len(values) > 0 {
			out = append(out, strings.TrimSpace(prefix+name+" "+fmt.Sprintln(values...)))
		}
	}
	add("bereich", anys(a.Departments)...)
	add("art", anys(a.Kinds)...)
	if q.InForce {
		add("gültig", q.On)
	}
	add("verbindlich", anys(a.Bindings)...)
	add("autor", anys(a.Authors)...)
	add("thema", anys(a.Topics)...)
	return out
}

func anys[T any](values []T) (out []any) {
	for _, v := range values {
		out = append(out, v)
	}
	return out
}

func TestTypedFiltersJoinThoseOfTheForm(t *testing.T) {
	s := servertest.New(t)
	var q content.Query
	s.Library.Index = askedIndex{Index: s.Library.Index, query: &q, mended: "urlaub"}
	form := make([]string, 1, 8)
	form[0] = "11"
	found := do(s.Library.Search(t.Context(), s.Actor("leserin"), content.Query{Text: "urlab bereich:66 gültig:alle", Departments: form, InForce: true}))(t)
	equal(t, "departments", restrictions(q), "bereich 11 66")
	equal(t, "the mended search keeps its filters", found.DidYouMean, "bereich:66 gültig:alle urlaub")
	equal(t, "words", found.Words, "urlab")
	equal(t, "filters", fmt.Sprint(found.Filters), "[{bereich:66 urlab gültig:alle} {gültig:alle urlab bereich:66}]")
	equal(t, "what the caller gave", strings.Join(form[:2], ","), "11,")
	do(s.Library.Search(t.Context(), s.Actor("leserin"), content.Query{Text: strings.Repeat("bereich:66 ", 50)}))(t)
	equal(t, "filters that are looked up", len(q.Departments), 20)
}
