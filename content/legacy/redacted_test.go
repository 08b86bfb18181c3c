package legacy_test

import (
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/content/legacy"
	"staffelstab/internal/fault"
	"staffelstab/server/servertest"
)

// TestARunTellsNothingOfWhatWasRedacted brings the same documents again after
// something was taken out of one: the desk keeps none of their words.
func TestARunTellsNothingOfWhatWasRedacted(t *testing.T) {
	s := servertest.New(t)
	s.Place("", "---\nid: altaaaaaa2\nart: artikel\ntitel: Alt\nbereich: \"66\"\nherkunft: {notes: {unid: \""+key(1).UNID+"\", replik: C1257A}}\n---\nFrau Krause prüft.\n")
	main, conflict, other := document(1, "66"), document(2, "66"), document(3, "66")
	main.Title, main.Article, main.Visible, main.Evidence, main.Notes = "Alt von Krause", "altaaaaaa2", "Frau Krause prüft.", []string{"Krause muss"}, []string{"Krause"}
	conflict.Title, conflict.VersionOf, conflict.Status, conflict.Visible = "Alt, Krause", "altaaaaaa2", "skipped", "Frau Krause prüfte."
	pair := func(a, b legacy.Document) legacy.Question {
		return legacy.Question{
			Subject: legacy.PairSubject(a.Key, b.Key), Kind: legacy.Contradicting, Department: "66", Title: a.Title, Fingerprint: "p", Run: "r1", First: a.Key, Second: b.Key,
			Differences: []legacy.Difference{{First: "Krause", Second: "Krause"}},
		}
	}
	bring := func() {
		check(t, s.Legacy.Record(t.Context(), s.Operator, []legacy.Document{main, conflict, other}))
		check(t, s.Legacy.EndRun(t.Context(), s.Operator, legacy.Run{ID: "r1", Source: "notes"}, []legacy.Question{pair(main, conflict), pair(conflict, other)}, true))
	}
	bring()
	reviewer := s.Actor("pruefer")
	redaction, err := s.Library.RequestRedaction(t.Context(), s.Actor("datenschutz"), "altaaaaaa2", content.RedactionRequest{Passage: "Krause", Reason: "Personenbezug"})
	check(t, err)
	bring() // asked for only: everything is told
	view, err := s.Legacy.Question(t.Context(), reviewer, legacy.PairSubject(main.Key, conflict.Key), "")
	check(t, err)
	if view.One.Document.Visible != main.Visible || view.Two.Document.Visible != conflict.Visible || len(view.Differences) != 1 || view.One.Redacted {
		t.Fatalf("%+v", view)
	}
	_, err = s.Library.ApproveRedaction(t.Context(), reviewer, redaction.ID)
	check(t, err)
	for _, when := range []string{"redacted", "brought again"} {
		for _, subject := range []string{legacy.PairSubject(main.Key, conflict.Key), legacy.PairSubject(conflict.Key, other.Key), main.Key.String()} {
			view, err := s.Legacy.Question(t.Context(), reviewer, subject, "")
			check(t, err)
			for _, words := range []string{view.Title, view.One.Document.Title, view.One.Document.Visible, view.Two.Document.Title, view.Two.Document.Visible} {
				if strings.Contains(words, "Krause") {
					t.Errorf("%s, %s: %q", when, subject, words)
				}
			}
			for _, d := range view.Differences {
				if strings.Contains(d.First+d.Second, "Krause") {
					t.Errorf("%s, %s: %+v", when, subject, d)
				}
			}
			for _, list := range [][]string{view.One.Document.Evidence, view.One.Document.Notes} {
				for _, words := range list {
					if strings.Contains(words, "Krause") {
						t.Errorf("%s, %s: %q", when, subject, words)
					}
				}
			}
			if when == "brought again" && !view.One.Redacted {
				t.Errorf("%s: nobody learns why its words are missing", subject)
			}
		}
		bring()
	}
	if view, err := s.Legacy.Question(t.Context(), reviewer, legacy.PairSubject(conflict.Key, other.Key), ""); err != nil || view.One.Document.Visible+view.Two.Document.Visible != other.Visible {
		t.Errorf("another document: %+v, %v", view, err)
	}
	past, err := s.Legacy.Past(t.Context(), s.Operator, []legacy.Key{main.Key, {Replica: "nie", UNID: "nie"}})
	if err != nil || len(past) != 1 || past[main.Key].Article != main.Article {
		t.Errorf("%+v, %v", past, err)
	}
	_, err = s.Legacy.Past(t.Context(), reviewer, []legacy.Key{other.Key})
	refused(t, "what the operator may know", err, fault.Forbidden)
}
