package dev

import (
	"reflect"
	"strings"
	"testing"

	"staffelstab/content"
)

func TestBindingIsProposedFromSentences(t *testing.T) {
	for text, want := range map[string]content.Binding{
		"Vor jeder Dienstreise ist der Antrag zu stellen.":                  content.BindingYes,
		"Die Abrechnung ist binnen 6 Monaten vorzulegen.":                   content.BindingYes,
		"Die Beschäftigten sind verpflichtet, sich zu melden.":              content.BindingYes,
		"Der Schlüssel darf nicht weitergegeben werden.":                    content.BindingYes,
		"Das Rauchen ist untersagt.":                                        content.BindingYes,
		"Diese Regelung tritt am 1. Januar 2020 in Kraft.":                  content.BindingYes,
		"Sie müssen den Ausweis tragen.":                                    content.BindingYes,
		"Es wird empfohlen, früh zu buchen.":                                content.BindingNo,
		"Das folgende Muster kann verwendet werden.":                        content.BindingNo,
		"Ein Beispiel: Frau Muster bucht. Der Antrag ist vorher zu stellen": content.BindingYes,
		"Der Fachbereich sitzt in der Karl-Wiechert-Allee.":                 content.BindingUnchecked,
		"Wir sind zusammen unterwegs.":                                      content.BindingUnchecked,
		"":                                                                  content.BindingUnchecked,
	} {
		b := Propose(text, "")
		if b.Proposal != want {
			t.Errorf("%q is %q, want %q", text, b.Proposal, want)
		}
		if (len(b.Evidence) == 0) != (want == content.BindingUnchecked) {
			t.Errorf("%q: evidence %q", text, b.Evidence)
		}
	}
}

func TestTheFieldIsEvidenceButNoProof(t *testing.T) {
	if b := Propose("Ein Beispiel.", "Ja"); b.Proposal != content.BindingNo || !reflect.DeepEqual(b.Evidence, []string{"Verbindlich: Ja", "Ein Beispiel."}) {
		t.Errorf("%+v", b)
	}
	if b := Propose("Nichts.", "Ja"); b.Proposal != content.BindingYes {
		t.Errorf("%+v", b)
	}
}

func TestEvidenceIsBounded(t *testing.T) {
	if b := Propose(strings.Repeat("Das ist zu tun. ", 100), ""); len(b.Evidence) != maxEvidence {
		t.Errorf("%d sentences", len(b.Evidence))
	}
}

func TestSentences(t *testing.T) {
	got := sentences("Nach § 3 Abs. 1 Nr. 5 gilt z. B. das. Danach mehr! Und?\nNeue Zeile")
	want := []string{"Nach § 3 Abs. 1 Nr. 5 gilt z. B. das.", "Danach mehr!", "Und?", "Neue Zeile"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q", got)
	}
}
