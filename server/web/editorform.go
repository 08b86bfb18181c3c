package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/i18n"
)

// readForm takes the fields of the editor as they were sent.
func readForm(values url.Values) textForm {
	get := func(name string) string { return strings.TrimSpace(values.Get(name)) }
	day := func(name string) string { return i18n.ISODay(values.Get(name)) }
	return textForm{
		choices: readChoices(values),
		Demand:  readDemand(values),
		Title:   get("titel"), Kind: get("art"), Department: get("bereich"),
		Body:    strings.ReplaceAll(values.Get("text"), "\r\n", "\n"),
		Summary: get("kurz"), Contact: get("ansprechperson"), Topics: get("themen"), Keywords: get("schlagworte"),
		LegalBasis: strings.ReplaceAll(get("rechtsgrundlage"), "\r\n", "\n"),
		ValidFrom:  day("gueltig_ab"), ValidUntil: day("gueltig_bis"), ReviewDue: day("naechste_pruefung"),
		Goal: get("ziel"), Minutes: get("minuten"), Message: get("aenderung"), Change: get("bedeutung"),
		Restricted: get("nur-bereich") == "ja", Module: get("modul"),
		Binding: get("verbindlich"), Number: get("nummer"), IssuedBy: get("erlassen_von"), DecidedOn: day("beschlossen_am"),
		Reviewer: get("pruefer"), Replaces: lines(get("ersetzt")), ReplacedBy: get("ersetzt_durch"), Amends: lines(get("aendert")), Proof: lines(get("verbindlich_belege")),
	}
}

// readChoices takes what was chosen where two versions contradict each other.
func readChoices(values url.Values) choices {
	c := choices{seen: values.Get("gesehen"), fields: map[string]content.Choice{}}
	for n := 0; values.Has("wahl-" + strconv.Itoa(n)); n++ {
		c.text = append(c.text, content.Choice(values.Get("wahl-"+strconv.Itoa(n))))
	}
	for name := range values {
		if key, ok := strings.CutPrefix(name, "angabe-"); ok {
			c.fields[key] = content.Choice(values.Get(name))
		}
	}
	return c
}

// formOf fills the form with a text as it is.
func formOf(source content.Source) textForm {
	a := source.Article
	field := func(key string) string { s, _ := source.Fields[key].(string); return s }
	return textForm{
		Title: a.Title, Kind: string(a.Kind), Department: a.Department, Body: strings.TrimLeft(source.Body, "\n"),
		Summary: a.Summary, Contact: a.Contact, Topics: strings.Join(a.Topics, ", "), Keywords: strings.Join(a.Keywords, ", "),
		LegalBasis: strings.Join(a.LegalBasis, "\n"),
		ValidFrom:  string(a.ValidFrom), ValidUntil: string(a.ValidUntil), ReviewDue: string(a.ReviewDue),
		Goal: field("ziel"), Minutes: field("minuten"), Restricted: !a.Visibility.Everyone(),
		Binding: string(a.Binding), Number: a.Number, IssuedBy: a.IssuedBy, DecidedOn: string(a.DecidedOn),
		Reviewer: a.Reviewer, Replaces: idLines(a.Replaces), ReplacedBy: string(a.ReplacedBy), Amends: idLines(a.Amends), Proof: strings.Join(a.BindingProof, "\n"),
		Demand: demandOf(a.Demand),
	}
}

// draftFields are the fields of the form that a draft keeps beside title and
// body.
func draftFields() []string {
	return append(append(validityFields(), demandFields()...), "art", "bereich", "kurz", "ansprechperson", "themen", "schlagworte", "rechtsgrundlage", "gueltig_ab", "gueltig_bis",
		"naechste_pruefung", "ziel", "minuten", "aenderung", "bedeutung", "nur-bereich", "modul", "verbindlich", "nummer", "erlassen_von", "beschlossen_am")
}

// draftOf is what was typed, as unfinished as it may be.
func draftOf(values url.Values) content.Draft {
	d := content.Draft{
		Article: content.ID(values.Get("text-id")), Key: values.Get("entwurf-id"), Base: values.Get("basis"),
		Title: strings.TrimSpace(values.Get("titel")), Body: strings.ReplaceAll(values.Get("text"), "\r\n", "\n"), Fields: map[string]string{},
	}
	if d.Article != "" && !content.IsProposalDraft(d.Key) {
		d.Key = ""
	}
	for _, name := range draftFields() {
		if value := strings.TrimSpace(values.Get(name)); value != "" {
			d.Fields[name] = value
		}
	}
	return d
}

func formOfDraft(d content.Draft) textForm {
	values := url.Values{"titel": {d.Title}, "text": {d.Body}}
	for name, value := range d.Fields {
		values.Set(name, value)
	}
	return readForm(values)
}

// keepIfSame leaves a visibility alone that says more than the form can, as
// long as the writer did not change the box.
// The same goes for who has to take note.
func (f *textForm) keepIfSame(m content.Meta) {
	f.keepVisibility = f.Restricted == !m.Visibility.Everyone()
	f.Demand.keepIfSame(m.Demand)
}

// edit turns the form into what the library takes. Empty fields remove their
// key from the front matter.
func (f textForm) edit(actor account.Actor, operation string) content.Edit {
	e := content.Edit{
		Title: f.Title, Kind: content.Kind(f.Kind), Department: f.Department, Body: f.Body, Message: f.Message,
		Change: changeKind(f.Change), Seen: f.choices.seen, Choices: f.choices.text, FieldChoices: f.choices.fields, Module: content.ID(f.Module), Operation: content.OperationKey(actor, operation),
		Meta: map[string]any{
			"kurz": f.Summary, "ansprechperson": f.Contact, "themen": splitList(f.Topics, ","), "schlagworte": splitList(f.Keywords, ","),
			"rechtsgrundlage": splitList(f.LegalBasis, "\n"), "gueltig_ab": f.ValidFrom, "gueltig_bis": f.ValidUntil,
			"naechste_pruefung": f.ReviewDue,
			"pruefer":           f.Reviewer, "ersetzt": splitList(f.Replaces, "\n"), "ersetzt_durch": f.ReplacedBy, "aendert": splitList(f.Amends, "\n"),
		},
	}
	if !f.keepVisibility {
		e.Meta["sichtbar"] = nil
		if f.Restricted {
			e.Meta["sichtbar"] = map[string]any{"bereiche": []string{f.Department}}
		}
	}
	if e.Kind.IsStandard() {
		e.Meta["verbindlich"], e.Meta["nummer"], e.Meta["erlassen_von"], e.Meta["beschlossen_am"] = f.Binding, f.Number, f.IssuedBy, f.DecidedOn
		e.Meta["verbindlich_belege"] = splitList(f.Proof, "\n")
	}
	if !e.Kind.IsLearning() {
		f.Demand.into(e.Meta)
	}
	if e.Kind == content.KindModule {
		e.Meta["ziel"], e.Meta["minuten"] = f.Goal, f.Minutes
	}
	return e
}

func lines(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }

func changeKind(word string) content.ChangeKind {
	if k := content.ChangeKind(word); k == content.ChangeEditorial || k == content.ChangeMaterial {
		return k
	}
	return content.ChangeUnknown
}

// splitList reads what people write into one field; nothing is nil, which
// removes the key.
func splitList(s, separator string) any {
	parts := strings.Split(s, separator)
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	parts = slices.DeleteFunc(parts, func(p string) bool { return p == "" })
	if len(parts) == 0 {
		return nil
	}
	return parts
}
