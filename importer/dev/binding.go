package dev

import (
	"regexp"
	"strings"

	"staffelstab/content"
	"staffelstab/importer"
	"staffelstab/importer/wording"
)

// maxEvidence bounds how many sentences are shown for a proposal.
const maxEvidence = 5

// Cues beside the force of a sentence: what only a rule says, and what only
// helps. "Zur Verfügung stehen" is no order.
var (
	inForce  = regexp.MustCompile(`(?i)(?:^|[^\pL])(?:tritt|treten|trat|traten)[^\pL].{0,120}[^\pL]in\s+kraft(?:[^\pL]|$)|(?:^|[^\pL])in\s+kraft\s+(?:ge)?tret`)
	rules    = regexp.MustCompile(`(?i)(?:^|[^\pL])(?:dienstanweisung|dienstvereinbarung|dienstvorschrift|rundverfügung|organisationsverfügung|verfügung)(?:en)?(?:[^\pL]|$)`)
	atHand   = regexp.MustCompile(`(?i)zur\s+verfügung`)
	binds    = regexp.MustCompile(`(?i)(?:^|[^\pL])(?:verbindlich(?:e[nrsm]?)?|einzuhalten|zu\s+beachten)(?:[^\pL]|$)`)
	unbound  = regexp.MustCompile(`(?i)(?:un|nicht\s+)verbindlich`)
	helpCues = regexp.MustCompile(`(?i)(?:^|[^\pL])(?:empfehlung(?:en)?|muster(?:text|brief|schreiben)?s?|beispiele?n?|hinweise?n?|tipps?|hilfe|anregung(?:en)?|freiwillig|unverbindlich)(?:[^\pL]|$)`)
)

// isRule reports whether a sentence binds those who read it.
func isRule(sentence string) bool {
	if unbound.MatchString(sentence) {
		return false
	}
	return wording.ForceOf(sentence) == wording.Must || inForce.MatchString(sentence) || binds.MatchString(sentence) ||
		rules.MatchString(atHand.ReplaceAllString(sentence, ""))
}

// isHelp reports whether a sentence recommends, allows or shows.
func isHelp(sentence string) bool {
	force := wording.ForceOf(sentence)
	return force == wording.Should || force == wording.May || helpCues.MatchString(sentence)
}

// Propose reads a text for cue sentences. field is what the entry itself said,
// which is evidence, but no proof. Without any cue the proposal is "ungeprüft".
func Propose(text, field string) importer.Binding {
	var binding, helping []string
	for _, sentence := range wording.Sentences(text) {
		switch {
		case isRule(sentence):
			binding = append(binding, sentence)
		case isHelp(sentence):
			helping = append(helping, sentence)
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
