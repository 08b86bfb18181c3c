package content_test

import (
	"io"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/internal/fault"
	"staffelstab/server/servertest"
)

func TestFilesOfAProposalComeWithItsRelease(t *testing.T) {
	s := servertest.New(t)
	ctx, author, reviewer := t.Context(), s.Actor("expertin"), s.Actor("pruefer")
	file := do(s.Library.AddDraftFile(ctx, author, "", "k", "Plan.txt", strings.NewReader("Lageplan")))(t)
	e := content.Edit{Title: "Winterdienst", Kind: content.KindStandard, Department: "66", Body: "Siehe [Plan](Plan.txt).\n", Files: []content.FileChange{file.FileChange}}
	p := do(s.Library.Propose(ctx, author, "", "", e))(t)
	p = do(s.Library.Submit(ctx, author, p.ID, p.Version))(t)
	_, f, err := s.Library.OpenProposalFile(ctx, reviewer, p.ID, "Plan.txt")
	if data, err := io.ReadAll(do(f, err)(t)); err != nil || string(data) != "Lageplan" {
		t.Errorf("the reviewer reads %q, %v", data, err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	_, _, err = s.Library.OpenProposalFile(ctx, s.Actor("leserin"), p.ID, "Plan.txt")
	refused(t, "somebody else", err, fault.NotFound)
	p = do(s.Library.Approve(ctx, reviewer, p.ID, p.ContentHash, ""))(t)
	equal(t, "state", p.State, content.ProposalReleased)
	_, text := opened(t, s, p.Article, "Plan.txt")
	equal(t, "released file", text, "Lageplan")
	a := do(s.Library.Article(ctx, author, p.Article))(t)
	equal(t, "approved hash", a.ContentHash, p.ContentHash)
}

func TestPicturesNeedWordsOnlyWhereTheyAreNew(t *testing.T) {
	s := servertest.New(t)
	_, err := s.Library.Create(t.Context(), s.Actor("expertin"), article("Bild", "Text\n\n![](neu.png)\n"))
	if f, ok := fault.Of(err); !ok || f.Key != "files.alt-missing-in-text" || f.Line != 3 {
		t.Errorf("a picture without words: %v", err)
	}
	s.Write("expertin", article("Schmuck", "![](linie.png \"Schmuck\")\n\n```\n![](x.png)\n```\n"))
}

func TestWordsOfFilesAreFoundAsLongAsTheyLieThere(t *testing.T) {
	s := servertest.New(t)
	ctx, expert := t.Context(), s.Actor("expertin")
	a := s.Write("expertin", article("Streuplan", "Siehe Anlage.\n"))
	a = do(s.Library.Attach(ctx, expert, a.ID, a.ETag, "Anlage.txt", strings.NewReader("Feuchtsalzstreuer")))(t)
	find := func() content.SearchResult {
		do(0, readAll(t, s))(t)
		return do(s.Library.Search(ctx, expert, content.Query{Text: "Feuchtsalzstreuer"}))(t)
	}
	if r := find(); r.Total != 1 || r.Hits[0].File != "Anlage.txt" {
		t.Errorf("found %+v", r.Hits)
	}
	do(s.Library.Detach(ctx, expert, a.ID, a.ETag, "Anlage.txt"))(t)
	equal(t, "hits without the file", find().Total, 0)
}
