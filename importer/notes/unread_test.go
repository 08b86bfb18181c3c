package notes

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"staffelstab/importer"
	"staffelstab/internal/fault"
)

// TestADatabaseAmongExportsIsToldAndTheRestRead puts a database file before an
// export: its head says which database it is.
func TestADatabaseAmongExportsIsToldAndTheRestRead(t *testing.T) {
	nsf := filepath.Join(t.TempDir(), "alt.nsf")
	if err := os.WriteFile(nsf, nsfHead("DEV"), 0o600); err != nil {
		t.Fatal(err)
	}
	dxl := "testdata/dev-datenbank.dxl"
	databases, exports, err := Unread([]string{dxl, nsf})
	if err != nil || !slices.Equal(databases, []string{nsf}) || !slices.Equal(exports, []string{dxl}) {
		t.Fatalf("%q %q %v", databases, exports, err)
	}
	documents, err := New(time.UTC, exports...)
	if err != nil {
		t.Fatal(err)
	}
	read, broken := 0, []*importer.SourceError{}
	for d, err := range Beside(documents, databases).Documents(t.Context(), importer.Pass{Survey: true}) {
		var problem *importer.SourceError
		switch {
		case errors.As(err, &problem):
			broken = append(broken, problem)
		case err != nil:
			t.Fatal(err)
		default:
			read++
			if err := d.Close(); err != nil {
				t.Error(err)
			}
		}
	}
	if read != 11 || len(broken) != 1 {
		t.Fatalf("%d documents, %v", read, broken)
	}
	if b := broken[0]; !b.Database || b.Note.Key != "importer.is-nsf" || b.Origin != (importer.Origin{File: "alt.nsf", Database: "DEV", ReplicaID: "C1257A3B00412345"}) || b.Title != "DEV" {
		t.Errorf("%+v", b)
	}
}

func TestDatabasesAloneAreRefused(t *testing.T) {
	nsf := filepath.Join(t.TempDir(), "alt.nsf")
	if err := os.WriteFile(nsf, nsfHead("DEV"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Unread([]string{nsf, nsf}); !fault.Is(err, fault.Invalid) {
		t.Errorf("%v", err)
	}
	if f, ok := fault.Of(func() error { _, _, err := Unread([]string{nsf}); return err }()); !ok || f.Key != "importer.is-nsf" {
		t.Errorf("%+v", f)
	}
	if databases, exports, err := Unread([]string{"fehlt.dxl", t.TempDir()}); err != nil || databases != nil || len(exports) != 2 {
		t.Errorf("%q %q %v", databases, exports, err)
	}
}
