package content_test

import (
	"io"
	"slices"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/server/servertest"
)

// redactable lists what a redaction finds for somebody, without times.
func redactable(t *testing.T, s *servertest.Server, login string, id content.RedactionID) (content.RedactionView, []string) {
	t.Helper()
	v := do(s.Library.RedactionOf(t.Context(), s.Actor(login), id))(t)
	var out []string
	for _, p := range v.Places {
		out = append(out, string(p.Kind)+" "+p.Name+"|"+strings.TrimSpace(p.Before)+"|"+strings.TrimSpace(p.After))
	}
	return v, out
}

func asksToRedact(s *servertest.Server, login string, id content.ID, passage string) (content.Redaction, error) {
	return s.Library.RequestRedaction(s.T.Context(), s.Actor(login), id, content.RedactionRequest{Passage: passage, Reason: "Personenbezug"})
}

// reopened is a text that spoke of somebody while only its department saw it.
func reopened(t *testing.T, s *servertest.Server) content.ID {
	t.Helper()
	own := map[string]any{"sichtbar": map[string]any{"bereiche": []string{"66"}}}
	a := s.Write("expertin", content.Edit{Title: "Pumpwerk", Department: "66", Body: "Abmahnung für Erna Krause.\n", Meta: own, Message: "Erna Krause"})
	do(s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, content.Edit{Body: "Rufen Sie die Wache.\n", Meta: map[string]any{"sichtbar": "alle"}}))(t)
	return a.ID
}

func TestARequestTellsNothingOfVersionsNobodyMaySee(t *testing.T) {
	s := servertest.New(t)
	id := reopened(t, s)
	_, hidden := asksToRedact(s, "datenschutz", id, "Erna Krause")
	_, nowhere := asksToRedact(s, "datenschutz", id, "Karl Krause")
	refused(t, "words of a closed version", hidden, fault.Invalid)
	refused(t, "words that stand nowhere", nowhere, fault.Invalid)
	equal(t, "the answer", hidden.Error(), nowhere.Error())

	s.Hire("redaktion", "Olga Sand", "66", account.Grant{Role: account.Editor, Scope: account.InDepartment("66")})
	a := do(s.Library.Article(t.Context(), s.Actor("expertin"), id))(t)
	do(s.Library.Save(t.Context(), s.Actor("expertin"), id, a.ETag, content.Edit{Body: "Rufen Sie Erna Krause.\n"}))(t)
	r := do(asksToRedact(s, "datenschutz", id, "Erna Krause"))(t)
	equal(t, "versions for who asks", r.Versions, 1)
	asking, places := redactable(t, s, "datenschutz", r.ID)
	equal(t, "versions for who asks", asking.Versions, 1)
	equal(t, "places for who asks", strings.Join(places, "; "), "text |Rufen Sie|.")
	deciding, places := redactable(t, s, "pruefer", r.ID)
	equal(t, "versions for who decides", deciding.Versions, 2)
	equal(t, "places for who decides", len(places), 3)

	done := do(s.Library.ApproveRedaction(t.Context(), s.Actor("pruefer"), r.ID))(t)
	equal(t, "versions told afterwards", done.Versions, 1)
	for _, v := range do(s.Library.History(t.Context(), s.Actor("redaktion"), id, 0, 10))(t) {
		source := string(do(s.Repository.Blob(t.Context(), v.Blob))(t))
		if strings.Contains(source+v.Message, "Krause") {
			t.Errorf("%s still says %q", v.ID, source)
		}
	}
}

func TestPlacesAreReadable(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", content.Edit{Title: "Pumpwerk", Department: "66", Body: "Text.\n", Meta: map[string]any{"kurz": "Für Erna Krause.", "schlagworte": []string{"Krause", "Erna Krause"}}})
	r := do(asksToRedact(s, "datenschutz", a.ID, "Erna Krause"))(t)
	_, places := redactable(t, s, "pruefer", r.ID)
	equal(t, "places", strings.Join(places, "; "), "field kurz|Für|.; field schlagworte|Krause,|")
}

func TestWhatOnlyCommentsAndProposalsSayCanBeRedacted(t *testing.T) {
	c := newChamber(t)
	ctx := t.Context()
	said := do(c.Library.Say(ctx, c.Actor("leserin"), ruleID, content.Remark{Text: "Gilt das für Erna Krause?", Question: true}))(t)
	p := do(c.Library.Propose(ctx, c.Actor("leserin"), ruleID, c.rule().ETag, content.Edit{Body: "Text für Karl Sommer.\n"}))(t)
	c.Hire("redaktion", "Olga Sand", "66", account.Grant{Role: account.Editor, Scope: account.InDepartment("66")})
	_, err := asksToRedact(c.Server, "redaktion", ruleID, "Karl Sommer")
	refused(t, "what only a draft of somebody else says", err, fault.Invalid)

	r := do(asksToRedact(c.Server, "datenschutz", ruleID, "Erna Krause"))(t)
	_, places := redactable(t, c.Server, "pruefer", r.ID)
	equal(t, "places", strings.Join(places, "; "), "comment "+string(said.ID)+"|Gilt das für|?")
	do(c.Library.ApproveRedaction(ctx, c.Actor("pruefer"), r.ID))(t)
	equal(t, "the question", do(c.Store.Comment(ctx, said.ID))(t).Text, "Gilt das für [geschwärzt]?")

	now := do(c.Store.Proposal(ctx, p.ID))(t)
	do(c.Library.Submit(ctx, c.Actor("leserin"), p.ID, now.Version))(t)
	_, err = asksToRedact(c.Server, "datenschutz", ruleID, "Karl Sommer")
	refused(t, "what somebody proposed whose proposals one does not see", err, fault.Invalid)
	r = do(asksToRedact(c.Server, "redaktion", ruleID, "Karl Sommer"))(t)
	_, places = redactable(t, c.Server, "pruefer", r.ID)
	equal(t, "places", strings.Join(places, "; "), "proposal "+string(p.ID)+"|Text für|.")
	do(c.Library.ApproveRedaction(ctx, c.Actor("pruefer"), r.ID))(t)
	equal(t, "the proposal", strings.Contains(string(do(c.Store.Proposal(ctx, p.ID))(t).Source), "[geschwärzt]"), true)
}

func TestPlainFilesAreRedactedAndOthersGoWhenSomebodySaysSo(t *testing.T) {
	for name, also := range map[string][]string{"left": nil, "taken along": {"akte.pdf"}} {
		t.Run(name, func(t *testing.T) {
			s := servertest.New(t)
			a := s.Write("expertin", content.Edit{Title: "Pumpwerk", Department: "66", Body: "Text.\n"})
			ctx, expert := t.Context(), s.Actor("expertin")
			a = do(s.Library.Attach(ctx, expert, a.ID, a.ETag, "liste.csv", strings.NewReader("Name;Ort\nErna Krause;Süd\n")))(t)
			binary := do(s.Library.Files.Put(ctx, strings.NewReader("%PDF-1.4\x00\xff"), 1<<20))(t)
			if err := s.Store.SaveFileText(ctx, binary.SHA256, "Akte Erna Krause"); err != nil {
				t.Fatal(err)
			}
			a = do(s.Library.Save(ctx, expert, a.ID, a.ETag, content.Edit{Body: "Mit Akte.\n", Files: []content.FileChange{{Name: "akte.pdf", SHA256: binary.SHA256, Size: binary.Size}}}))(t)
			beside := func() map[string]content.Attachment {
				out := map[string]content.Attachment{}
				for _, f := range do(s.Library.Attachments(ctx, expert, a.ID))(t) {
					out[f.Name] = f
				}
				return out
			}
			before := beside()
			brought := do(s.Library.AddDraftFile(ctx, expert, a.ID, "", "zettel.txt", strings.NewReader("Nur Erna Krause")))(t)

			r := do(asksToRedact(s, "datenschutz", a.ID, "Erna Krause"))(t)
			v, _ := redactable(t, s, "pruefer", r.ID)
			equal(t, "files that go as a whole", strings.Join(v.Binaries(), " "), "akte.pdf")
			_, err := s.Library.ApproveRedaction(ctx, s.Actor("pruefer"), r.ID, "liste.csv")
			refused(t, "taking along what can be rewritten", err, fault.Invalid)
			do(s.Library.ApproveRedaction(ctx, s.Actor("pruefer"), r.ID, also...))(t)

			after := beside()
			_, bytes := opened(t, s, a.ID, "liste.csv")
			equal(t, "the list", bytes, "Name;Ort\n[geschwärzt];Süd\n")
			_, there := after["akte.pdf"]
			equal(t, "the PDF is there", there, also == nil)
			gone := []string{before["liste.csv"].SHA256, brought.SHA256}
			if also != nil {
				gone = append(gone, binary.SHA256)
			}
			for _, sha := range gone {
				if f, err := s.Library.Files.Open(ctx, sha); !fault.Is(err, fault.NotFound) {
					data, _ := io.ReadAll(f)
					t.Errorf("bytes are still there: %q", data)
				}
			}
			draft := do(s.Library.FilesOfDraft(ctx, expert, a.ID, ""))(t)
			_, data, err := s.Library.OpenDraftFile(ctx, expert, a.ID, "", "zettel.txt")
			equal(t, "the draft's file", len(draft) == 1 && err == nil && string(do(io.ReadAll(data))(t)) == "Nur [geschwärzt]", true)
			kept := do(s.Store.Redaction(ctx, r.ID))(t)
			equal(t, "the journal", kept.State == content.RedactionDone && len(kept.Files) == 0 && slices.Equal(kept.Also, also), true)
		})
	}
}

func TestAProposalBringsTheRedactedFileAndKeepsItsVotes(t *testing.T) {
	c := newChamber(t)
	c.demands("66", content.KindStandard, 2)
	ctx := t.Context()
	list := do(c.Library.Files.Put(ctx, strings.NewReader("Erna Krause"), 1<<20))(t)
	p := do(c.Library.Propose(ctx, c.Actor("expertin"), ruleID, c.rule().ETag, content.Edit{Body: earlier, Files: []content.FileChange{{Name: "liste.txt", SHA256: list.SHA256, Size: list.Size}}}))(t)
	p = do(c.Library.Submit(ctx, c.Actor("expertin"), p.ID, p.Version))(t)
	do(c.approves("pruefer", p))(t)
	c.Place("standards/w/winterdienst/index.md", "---\nid: regelaaaa2\nart: standard\ntitel: Winterdienst\nbereich: \"66\"\nverbindlich: ja\n---\n\nErna Krause streut.\n")
	r := do(asksToRedact(c.Server, "datenschutz", ruleID, "Erna Krause"))(t)
	do(c.Library.ApproveRedaction(ctx, c.Actor("pruefer"), r.ID))(t)
	now := do(c.Store.Proposal(ctx, p.ID))(t)
	if len(now.Files) != 1 || now.Files[0].SHA256 == list.SHA256 {
		t.Fatalf("the proposal brings %+v", now.Files)
	}
	f := do(c.Library.Files.Open(ctx, now.Files[0].SHA256))(t)
	equal(t, "its file", string(do(io.ReadAll(f))(t)), "[geschwärzt]")
	equal(t, "approvals", do(c.Library.Review(ctx, c.Actor("pruefer"), p.ID))(t).Given, 1)
}
