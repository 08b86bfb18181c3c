package notes

import (
	"bytes"
	"encoding/binary"
	"os"
	"testing"
	"unicode/utf8"
)

// nsfHead makes the head of a database file.
func nsfHead(title string) []byte {
	head := make([]byte, NSFHead)
	copy(head, []byte{0x1a, 0})
	binary.LittleEndian.PutUint32(head[nsfVersion:], 43)
	binary.LittleEndian.PutUint32(head[nsfReplicaLow:], 0x00412345)
	binary.LittleEndian.PutUint32(head[nsfReplicaHigh:], 0xC1257A3B)
	copy(head[nsfTitle:nsfTitleEnd], title)
	return head
}

func TestTheHeadOfADatabase(t *testing.T) {
	for title, want := range map[string]string{
		"DEV":                                  "DEV",
		"Regelungen f\x81r Geb\x84ude":         "Regelungen für Gebäude", // code page 850
		"DEV\n#1Vorlage\x00Rest":               "DEV",
		"a\x14\x20\xacb":                       "a€b", // a unit of UTF-16
		"":                                     "",
		string(bytes.Repeat([]byte("x"), 300)): string(bytes.Repeat([]byte("x"), 128)),
	} {
		got, ok := ReadNSF(nsfHead(title))
		if !ok || got != (NSF{Version: 43, ReplicaID: "C1257A3B00412345", Title: want}) {
			t.Errorf("%q: %+v, %v", title, got, ok)
		}
	}
	for name, head := range map[string][]byte{"nothing": nil, "cut off": nsfHead("x")[:150], "another file": []byte("PK\x03\x04"), "DXL": []byte(head)} {
		if _, ok := ReadNSF(head); ok {
			t.Errorf("%s is a database", name)
		}
	}
}

func TestExportsAreToldByTheirBytes(t *testing.T) {
	for name, want := range map[string]string{"dev-datenbank.dxl": "UTF-8", "dev-utf16.dxl": "UTF-16", "dev-windows-1252.dxl": "WINDOWS-1252", "mime-dokument.dxl": "UTF-8", "note-format-raw.dxl": "UTF-8"} {
		data, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := IsDXL(data[:min(len(data), 4096)]); !ok || len(got) < len(want) || got[:len(want)] != want {
			t.Errorf("%s: %s, %v", name, got, ok)
		}
	}
	for _, text := range []string{"", "Text", "<html><body>document</body></html>", "<!DOCTYPE html><document >", "Form:  <document>", "<documents/>", "<?xml version='1.0'?><rss/>"} {
		if got, ok := IsDXL([]byte(text)); ok {
			t.Errorf("%q is DXL in %s", text, got)
		}
	}
	if got, ok := IsDXL([]byte("<?xml version='1.0'?><!DOCTYPE note SYSTEM 'xmlschemas/domino_9_0.dtd'><note class='document'>")); !ok || got != "UTF-8" {
		t.Errorf("%s, %v", got, ok)
	}
}

// FuzzNSF: the head of any file gives clean text or none.
func FuzzNSF(f *testing.F) {
	f.Add(nsfHead("DEV"))
	f.Add([]byte{0x1a, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		if got, ok := ReadNSF(data); ok && (!utf8.ValidString(got.Title) || len(got.ReplicaID) != 16) {
			t.Errorf("%+v", got)
		}
		_, _ = IsDXL(data)
	})
}
