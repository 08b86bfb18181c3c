package content_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"staffelstab/content"
	"staffelstab/internal/fault"
	"staffelstab/server/servertest"
)

const twoSections = "Anfang.\n\n## Eins\n\nErster.\n\n## Zwei\n\nZweiter.\n"

func TestSavesInDifferentSectionsAreJoined(t *testing.T) {
	s := servertest.New(t)
	e := article("Text", twoSections)
	e.Meta = map[string]any{"kurz": "Alt", "themen": []string{"Bau"}}
	a := s.Write("expertin", e)
	restricted := map[string]any{"bereiche": []string{"66"}}
	do(s.Library.Save(t.Context(), s.Actor("nachfolger"), a.ID, a.ETag, content.Edit{
		Title: "Neuer Titel", Body: strings.Replace(twoSections, "Erster", "Neuer", 1), Meta: map[string]any{"kurz": "Neu", "sichtbar": restricted},
	}))(t)
	saved := do(s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, content.Edit{
		Title: "Text", Body: strings.Replace(twoSections, "Zweiter", "Anderer", 1), Meta: map[string]any{"kurz": "Alt", "sichtbar": nil, "themen": []string{"Bau", "Kanal"}},
	}))(t)
	source := do(s.Library.Source(t.Context(), s.Actor("expertin"), a.ID, ""))(t)
	equal(t, "body", strings.TrimLeft(source.Body, "\n"), strings.NewReplacer("Erster", "Neuer", "Zweiter", "Anderer").Replace(twoSections))
	equal(t, "title and summary of the first", saved.Title+"|"+saved.Summary, "Neuer Titel|Neu")
	equal(t, "topics of the second", strings.Join(saved.Topics, "|"), "Bau|Kanal")
	equal(t, "still restricted", saved.Visibility.Everyone(), false)
	equal(t, "versions", len(do(s.Library.History(t.Context(), s.Actor("expertin"), a.ID, 0, 10))(t)), 3)
}

func TestContradictionIsShownAndDecided(t *testing.T) {
	s := servertest.New(t)
	e := article("Text", twoSections)
	e.Meta = map[string]any{"kurz": "Alt"}
	a := s.Write("expertin", e)
	theirs := do(s.Library.Save(t.Context(), s.Actor("nachfolger"), a.ID, a.ETag, content.Edit{Body: strings.Replace(twoSections, "Erster", "Ihrer", 1), Meta: map[string]any{"kurz": "Ihres"}}))(t)
	edit := content.Edit{Body: strings.Replace(twoSections, "Erster", "Meiner", 1) + "\nNachsatz.\n", Meta: map[string]any{"kurz": "Meines"}}
	_, err := s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, edit)
	refused(t, "saving a contradiction", err, fault.Stale)
	equal(t, "nothing saved", do(s.Library.Article(t.Context(), s.Actor("expertin"), a.ID))(t).ETag, theirs.ETag)

	j := do(s.Library.JoinWith(t.Context(), s.Actor("expertin"), a.ID, a.ETag, edit))(t)
	found := j.Conflicts()
	if len(found) != 1 || found[0].Section != "Eins" || found[0].Mine != "Meiner.\n" || found[0].Theirs != "Ihrer.\n" || len(j.Merge.Fields) != 1 || j.Merge.Fields[0].Key != "kurz" {
		t.Fatalf("shown %+v", j.Merge)
	}
	edit.Seen, edit.Choices, edit.FieldChoices = "0123456789", []content.Choice{content.ChooseMine}, map[string]content.Choice{"kurz": content.ChooseTheirs}
	_, err = s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, edit)
	refused(t, "deciding about another version", err, fault.Stale)
	edit.Seen, edit.Choices = theirs.ETag, []content.Choice{content.ChooseMine, content.ChooseMine}
	_, err = s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, edit)
	refused(t, "deciding about more passages than there are", err, fault.Stale)
	_, err = s.Library.JoinWith(t.Context(), s.Actor("leserin"), a.ID, a.ETag, edit)
	refused(t, "looking at a contradiction of others", err, fault.Forbidden)
	edit.Choices = edit.Choices[:1]
	saved := do(s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, edit))(t)
	source := do(s.Library.Source(t.Context(), s.Actor("expertin"), a.ID, ""))(t)
	if !strings.Contains(source.Body, "Meiner.") || strings.Contains(source.Body, "Ihrer.") || !strings.HasSuffix(source.Body, "Nachsatz.\n") || saved.Summary != "Ihres" {
		t.Errorf("decided: %q, %q", source.Body, saved.Summary)
	}
}

func TestWhoeverSavesOnABaseNobodyKnowsIsTold(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", article("Text", "x"))
	for _, base := range []string{"0123456789", "\x00", strings.Repeat("a", 5000)} {
		_, err := s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, base, content.Edit{Body: "y"})
		refused(t, base, err, fault.Stale)
	}
}

// TestFiftySavesOnOneBaseLoseNoLine is R9 of the faults: everybody started from
// the same text and changes a line of their own.
func TestFiftySavesOnOneBaseLoseNoLine(t *testing.T) {
	s := servertest.New(t)
	const writers = 50
	var body strings.Builder
	for i := range writers {
		fmt.Fprintf(&body, "## Abschnitt %d\n\nAlt %d.\n\n", i, i)
	}
	a := s.Write("expertin", article("Viele", body.String()))
	var all sync.WaitGroup
	var mu sync.Mutex
	var acknowledged []string
	for i := range writers {
		all.Go(func() {
			fresh := fmt.Sprintf("Neu %d.\n", i)
			login := []string{"expertin", "nachfolger"}[i%2]
			_, err := s.Library.Save(t.Context(), s.Actor(login), a.ID, a.ETag, content.Edit{Body: strings.Replace(body.String(), fmt.Sprintf("Alt %d.\n", i), fresh, 1)})
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			acknowledged = append(acknowledged, fresh)
			mu.Unlock()
		})
	}
	all.Wait()
	text := do(s.Library.Source(t.Context(), s.Actor("expertin"), a.ID, ""))(t).Body
	for _, line := range acknowledged {
		if !strings.Contains(text, line) {
			t.Errorf("%q was acknowledged and is gone", line)
		}
	}
	equal(t, "saves that contradict nobody and came through", len(acknowledged), writers)
}
