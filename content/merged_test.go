package content_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/internal/fault"
	"staffelstab/server/servertest"
)

const (
	replicaA, replicaB = "C1257A3B00412345", "C1257A3B00099999"
	documentA          = "C1257A3B00412345C1257A4C003B0001"
	documentB          = "C1257A3B00412345C1257A4C003B0002"
)

// origin is an imported text with documents that became one with it.
func origin(s *servertest.Server, id, replica, unid string, also ...string) content.Placement {
	p := placement(s, "x", "")
	head := "id: " + id + "\nherkunft:\n  notes:\n"
	if len(also) > 0 {
		head += "    auch:\n"
		for _, k := range also {
			replica, unid, _ := strings.Cut(k, "/")
			head += "      - replik: " + replica + "\n        unid: " + unid + "\n"
		}
	}
	head += "    replik: " + replica + "\n    unid: " + unid
	p.Source, p.Path = bytes.Replace(p.Source, []byte("id: aaaaaaaaaa"), []byte(head), 1), ""
	return p
}

func TestAddressesOfDocumentsThatBecameOneLeadToIt(t *testing.T) {
	s := servertest.New(t)
	place := func(p content.Placement) {
		t.Helper()
		_, outcome, err := s.Library.Place(t.Context(), s.Operator, p, false)
		if err != nil || outcome == content.Kept {
			t.Fatalf("%s, %v", outcome, err)
		}
	}
	leads := func(what, replica, unid string, want ...content.ID) {
		t.Helper()
		var got []content.ID
		for _, a := range do(s.Library.ByOrigin(t.Context(), s.Operator, replica, unid))(t) {
			got = append(got, a.ID)
		}
		slices.Sort(got)
		equal(t, what, fmt.Sprint(got), fmt.Sprint(want))
	}
	place(origin(s, "aaaaaaaaaa", replicaA, documentA, strings.ToLower(replicaA)+"/"+documentB, replicaB+"/"+documentA))
	leads("its own", replicaA, documentA, "aaaaaaaaaa")
	leads("one that became one with it", replicaA, documentB, "aaaaaaaaaa")
	leads("in small letters", strings.ToLower(replicaA), strings.ToLower(documentB), "aaaaaaaaaa")
	leads("of another database", replicaB, documentA, "aaaaaaaaaa")
	leads("not that one", replicaB, documentB)
	leads("of any database", "", documentB, "aaaaaaaaaa")
	for _, address := range []string{"/notes/" + replicaA + "/" + documentB, "notes://x/" + replicaA + "/0/" + documentB, "http://x/db.nsf/0/" + documentB + "?OpenDocument"} {
		found, err := s.Library.ByAddress(t.Context(), s.Operator, address)
		if err != nil || len(found) != 1 || found[0].ID != "aaaaaaaaaa" {
			t.Errorf("%s leads to %v, %v", address, found, err)
		}
	}
	place(origin(s, "bbbbbbbbbb", replicaB, documentB))
	leads("of any database, when another has it", "", documentB, "aaaaaaaaaa", "bbbbbbbbbb")
	leads("each its own", replicaB, documentB, "bbbbbbbbbb")
	place(origin(s, "aaaaaaaaaa", replicaA, documentA))
	leads("when it is on its own again", replicaA, documentB)
}

func TestThousandsOfAddressesAreTooMany(t *testing.T) {
	list := strings.Repeat("      - {replik: "+replicaA+", unid: "+documentB+"}\n", 1001)
	_, err := content.ParseDocument("index.md", []byte("---\nherkunft:\n  notes:\n    auch:\n"+list+"---\nx\n"))
	refused(t, "1001 documents", err, fault.Invalid)
	for _, odd := range []string{"ja", "[1, 2]", "[{unid: }]", "{unid: x}", "[{a: {b: c}}]"} {
		d, err := content.ParseDocument("index.md", []byte("---\nherkunft: {notes: {auch: "+odd+"}}\n---\nx\n"))
		if err != nil || len(d.Meta.Origin.Also) != 0 {
			t.Errorf("%s: %v, %v", odd, d.Meta.Origin.Also, err)
		}
	}
}

func TestAnImportTakesBackOnlyWhatNobodyChanged(t *testing.T) {
	s := servertest.New(t)
	p := placement(s, "Eins", "Plan")
	_, _, err := s.Library.Place(t.Context(), s.Operator, p, false)
	a := do(s.Library.Article(t.Context(), s.Operator, do(content.ID("aaaaaaaaaa"), err)(t)))(t)
	displace := func(owner, base string) bool {
		t.Helper()
		return do(s.Library.Displace(t.Context(), s.Operator, a.ID, owner, base, "Zusammengeführt"))(t)
	}
	equal(t, "by another owner", displace("demo", a.ETag), false)
	equal(t, "another state", displace("import", "x"), false)
	_, err = s.Library.Displace(t.Context(), s.Actor("expertin"), a.ID, "import", a.ETag, "")
	refused(t, "a person", err, fault.Forbidden)
	equal(t, "its owner", displace("import", a.ETag), true)
	_, err = s.Library.Article(t.Context(), s.Operator, a.ID)
	refused(t, "reading it", err, fault.NotFound)
	equal(t, "versions that stay", len(do(s.Store.Revisions(t.Context(), a.ID, 0, 10))(t)), 2)
	tree := do(s.Repository.Snapshot(t.Context(), s.Repository.Head()))(t)
	if _, there := tree.Hash(a.Folder()); there {
		t.Error("its files are left behind")
	}

	_, outcome, err := s.Library.Place(t.Context(), s.Operator, p, false)
	equal(t, "it may come back", do(outcome, err)(t), content.Placed)
	a = do(s.Library.Article(t.Context(), s.Operator, a.ID))(t)
	a = do(s.Library.Save(t.Context(), s.Operator, a.ID, a.ETag, content.Edit{Body: "Von Hand"}))(t)
	equal(t, "changed by hand", displace("import", a.ETag), false)
}

// TestConfirmingIsNoWorkOnAText: a standard somebody confirmed as binding may
// still become one with another; one with other words or files may not.
func TestConfirmingIsNoWorkOnAText(t *testing.T) {
	for name, c := range map[string]struct {
		then func(s *servertest.Server, a content.Article) content.Article
		want bool
	}{
		"confirmed": {func(_ *servertest.Server, a content.Article) content.Article { return a }, true},
		"and its words changed": {func(s *servertest.Server, a content.Article) content.Article {
			return do(s.Library.Save(t.Context(), s.Operator, a.ID, a.ETag, content.Edit{Body: "Von Hand"}))(t)
		}, false},
		"and a keyword added": {func(s *servertest.Server, a content.Article) content.Article {
			return do(s.Library.Save(t.Context(), s.Operator, a.ID, a.ETag, content.Edit{Body: "Eins\n", Meta: map[string]any{"schlagworte": []string{"neu"}}}))(t)
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := servertest.New(t)
			p := placement(s, "Eins", "Plan")
			p.Source = bytes.Replace(p.Source, []byte("titel: Regel\n"), []byte("titel: Regel\nbereich: \"66\"\nverbindlich: ungeprüft\nherkunft: {notes: {replik: C1257A3B00412345, unid: C1257A3B00412345C1257A4C00000001}}\n"), 1)
			_, _, err := s.Library.Place(t.Context(), s.Operator, p, false)
			a := do(s.Library.Article(t.Context(), s.Operator, do(content.ID("aaaaaaaaaa"), err)(t)))(t)
			a = do(s.Library.ConfirmBinding(t.Context(), s.Actor("pruefer"), a.ID, a.ETag, content.BindingYes, nil, content.Edit{}))(t)
			a = c.then(s, a)
			equal(t, "taken out of use", do(s.Library.Displace(t.Context(), s.Operator, a.ID, "import", a.ETag, "Zusammengeführt"))(t), c.want)
		})
	}
}
