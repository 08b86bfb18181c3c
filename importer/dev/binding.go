package dev

import (
	"regexp"
	"strings"

	"staffelstab/content"
	"staffelstab/importer"
)

// maxEvidence bounds how many sentences are shown for a proposal.
const maxEvidence = 5

// Cues of a rule or an instruction for action, and of mere help. German puts
// "ist/sind/hat … zu" and the infinitive at the end of the clause, so the
// pattern allows words between.
var (
	ruleCues = []*regexp.Regexp{
		regexp.MustCompile(`(?i)\b(ist|sind|hat|haben)\b[^;!?]{0,200}\s(zu\s+\pL+n|\pL{2,}zu\pL{2,}en)\b`),
		regexp.MustCompile(`(?i)\b(muss|müssen|dürfen nicht|darf nicht|darf nur|dürfen nur|darf kein\pL*|dürfen kein\pL*)\b`),
		regexp.MustCompile(`(?i)\b(verpflichtet|untersagt|unzulässig|verboten|zwingend|verbindlich|vorgeschrieben)\b`),
		regexp.MustCompile(`(?i)\b(tritt|treten)\b.{0,80}\bin kraft\b`),
		regexp.MustCompile(`(?i)\b(dienstanweisung|dienstvereinbarung|verfügung|dienstvorschrift)\b`),
	}
	helpCues = []*regexp.Regexp{
		regexp.MustCompile(`(?i)\b(sollte|sollten|kann|können|empfohlen|empfiehlt|empfehlung|muster|beispiel|beispiele|hinweis|tipp|tipps|hilfe)\b`),
	}
)

// Propose reads a text for cue sentences. field is what the entry itself said,
// which is evidence, but no proof. Without any cue the proposal is "ungeprüft".
func Propose(text, field string) importer.Binding {
	var rules, helps []string
	for _, sentence := range sentences(text) {
		switch {
		case matches(ruleCues, sentence):
			rules = append(rules, sentence)
		case matches(helpCues, sentence):
			helps = append(helps, sentence)
		}
	}
	b := importer.Binding{Proposal: content.BindingUnchecked}
	switch {
	case len(rules) > 0:
		b.Proposal, b.Evidence = content.BindingYes, rules
	case len(helps) > 0:
		b.Proposal, b.Evidence = content.BindingNo, helps
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

func matches(cues []*regexp.Regexp, sentence string) bool {
	for _, c := range cues {
		if c.MatchString(sentence) {
			return true
		}
	}
	return false
}

// sentenceEnd is a full stop, question or exclamation mark before a blank and
// a capital letter; abbreviations ("z. B.", "Nr. 5", "§ 3 Abs. 1") do not end
// a sentence because no capital or a short word stands there.
var sentenceEnd = regexp.MustCompile(`(\pL{3,}|\d{4}|["”“)])[.!?]["”“)]?\s+(?:["„“(]?\p{Lu})`)

// sentences cuts text at line ends and sentence ends.
func sentences(text string) []string {
	var out []string
	for _, line := range strings.Split(text, "\n") {
		line = strings.Join(strings.Fields(line), " ")
		for line != "" {
			at := sentenceEnd.FindStringIndex(line)
			if at == nil {
				out = append(out, line)
				break
			}
			end := strings.LastIndex(line[:at[1]], " ")
			out = append(out, line[:end])
			line = line[end+1:]
		}
	}
	return out
}
