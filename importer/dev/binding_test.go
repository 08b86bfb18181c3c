package dev

import (
	"reflect"
	"slices"
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
		"Die Beschäftigten haben den Ausweis zu tragen.":                    content.BindingYes,
		"Ausnahmen sind unzulässig.":                                        content.BindingYes,
		"Es gilt die Dienstanweisung zur Aktenführung.":                     content.BindingYes,
		"Grundlage ist die Verfügung des Oberbürgermeisters.":               content.BindingYes,
		"Vordrucke stehen zur Verfügung.":                                   content.BindingUnchecked,
		"Siehe Dienstanweisung 12.":                                         content.BindingUnchecked,
		"Toter Link: hier; Datenbank Dienstvorschriften; Sicht Nach Thema":  content.BindingUnchecked,
		"Dienstanweisung über die Nutzung von Dienstfahrzeugen":             content.BindingYes,
		"Zu dieser Dienstanweisung steht mehr im Intranet.":                 content.BindingYes,
		"Der Antrag sollte früh gestellt werden.":                           content.BindingNo,
		"Der Antrag kann formlos gestellt werden.":                          content.BindingNo,
		"Diese Übersicht ist unverbindlich.":                                content.BindingNo,
		"Es ist möglich, Kosten zu sparen.":                                 content.BindingUnchecked,
		"Dazu gibt es Sitzungen und Satzungen, die hilfreich sind.":         content.BindingUnchecked,
		"Der Antrag muss nicht gestellt werden.":                            content.BindingNo,
		"Man muss nicht anrufen.":                                           content.BindingNo,
		"Weitere Angaben unter www.beispiel.de oder bei a@muster.de":        content.BindingUnchecked,
		"Siehe auch http://intranet/muster/formular.":                       content.BindingUnchecked,
		"Muster\u00adstadt":                                                 content.BindingUnchecked,
		"Das Muster steht unter www.stadt.de.":                              content.BindingNo,
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

func TestTopicsNameSubjectsNotKinds(t *testing.T) {
	got := subjects([]string{"Arbeitshilfen/Personal", "Personal", "Rahmenbedingung", "Reisen/Arbeitshilfe", "Arbeitshilfen sammeln"})
	if want := []string{"Personal", "Reisen", "Arbeitshilfen sammeln"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
