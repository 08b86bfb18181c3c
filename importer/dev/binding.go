package dev

import (
	"slices"
	"strings"

	"staffelstab/content"
	"staffelstab/importer"
	"staffelstab/importer/wording"
)

// maxEvidence bounds how many sentences are shown for a proposal.
const maxEvidence = 5

// reading is a sentence as it is looked at for cues.
type reading struct {
	force wording.Force
	words []string // lower-case
}

func read(sentence string) reading {
	sentence = wording.WithoutAddresses(sentence)
	return reading{wording.ForceOf(sentence), wording.Words(sentence)}
}

// binds reports whether a sentence is a rule: it obliges or forbids, names the
// order it stands in, or says from when it applies. "Zur Verfügung stehen" is no
// order.
func (r reading) binds() bool {
	if r.has("unverbindlich", "unverbindliche", "unverbindlichen", "unverbindlicher") || r.follow("nicht", "verbindlich") {
		return false
	}
	if r.force == wording.Must || r.has("verbindlich", "verbindliche", "verbindlichen", "verbindlicher", "verbindliches") {
		return true
	}
	if r.has("tritt", "treten", "trat", "traten", "getreten") && r.follow("in", "kraft") {
		return true
	}
	return r.isOrder()
}

// isOrder reports whether a sentence says that the text is an order: it begins
// with its name, speaks of this one, or says what it rules. Who only names one,
// as in "siehe Dienstanweisung 12", says nothing about the text.
func (r reading) isOrder() bool {
	for i, word := range r.words {
		if !order(word) || i > 0 && r.words[i-1] == "zur" {
			continue
		}
		if i == 0 && len(r.words) <= longestName || i > 0 && slices.Contains(thisOne(), r.words[i-1]) || r.has("gilt", "gelten", "regelt", "regeln", "bestimmt", "ergeht", "erlassen", "grundlage") {
			return true
		}
	}
	return false
}

// longestName is how many words the name of an order has at most: "Dienstanweisung
// über die Nutzung von Dienstfahrzeugen".
const longestName = 8

func thisOne() []string {
	return []string{"diese", "dieser", "vorliegende", "vorliegenden", "nachstehende", "nachstehenden", "folgende", "folgenden"}
}

// order reports whether a word names what binds the administration.
func order(word string) bool {
	for _, name := range []string{"dienstanweisung", "dienstvereinbarung", "dienstvorschrift", "verfügung", "rundverfügung", "organisationsverfügung"} {
		if word == name || word == name+"en" {
			return true
		}
	}
	return false
}

// helps reports whether a sentence recommends, allows or shows.
func (r reading) helps() bool {
	return r.force == wording.Should || r.force == wording.May || r.has(
		"empfehlung", "empfehlungen", "muster", "mustertext", "musterbrief", "musterschreiben", "beispiel", "beispiele", "beispielen", "beispielsweise",
		"hinweis", "hinweise", "hinweisen", "tipp", "tipps", "hilfe", "anregung", "anregungen", "freiwillig",
		"unverbindlich", "unverbindliche", "unverbindlichen", "unverbindlicher")
}

func (r reading) has(words ...string) bool {
	return slices.ContainsFunc(r.words, func(w string) bool { return slices.Contains(words, w) })
}

// follow reports whether one word stands right behind another.
func (r reading) follow(first, second string) bool {
	for i := 1; i < len(r.words); i++ {
		if r.words[i-1] == first && r.words[i] == second {
			return true
		}
	}
	return false
}

// Propose reads a text for cue sentences. field is what the entry itself said,
// which is evidence, but no proof. Without any cue the proposal is "ungeprüft".
func Propose(text, field string) importer.Binding {
	var binding, helping []string
	for _, sentence := range wording.Sentences(text) {
		switch r := read(sentence); {
		case r.binds():
			binding = append(binding, sentence)
		case r.helps() && len(helping) < maxEvidence:
			helping = append(helping, sentence)
		}
		if len(binding) == maxEvidence {
			break
		}
	}
	b := importer.Binding{Proposal: content.BindingUnchecked}
	switch {
	case len(binding) > 0:
		b.Proposal, b.Evidence = content.BindingYes, binding
	case len(helping) > 0:
		b.Proposal, b.Evidence = content.BindingNo, helping
	}
	b.Evidence = b.Evidence[:min(len(b.Evidence), maxEvidence)]
	if field = strings.TrimSpace(field); field != "" {
		b.Evidence = append([]string{"Verbindlich: " + field}, b.Evidence...)
		if b.Proposal == content.BindingUnchecked && strings.EqualFold(field, "ja") {
			b.Proposal = content.BindingYes
		}
		if b.Proposal == content.BindingUnchecked && strings.EqualFold(field, "nein") {
			b.Proposal = content.BindingNo
		}
	}
	return b
}
