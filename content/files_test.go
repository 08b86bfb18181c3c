package content

import (
	"strings"
	"testing"
)

func TestPointerRoundTrip(t *testing.T) {
	want := StoredFile{SHA256: strings.Repeat("0a", 32), Size: 12345}
	got, ok := ParsePointer(Pointer(want))
	if !ok || got != want {
		t.Fatalf("got %+v, %v", got, ok)
	}
}

func TestParsePointerRefusesOtherFiles(t *testing.T) {
	good := string(Pointer(StoredFile{SHA256: strings.Repeat("0a", 32), Size: 1}))
	for name, data := range map[string]string{
		"empty":         "",
		"prose":         "version 2 of our plan",
		"short hash":    strings.Replace(good, "0a", "", 1),
		"upper case":    strings.Replace(good, "0a", "0A", 1),
		"no size":       strings.Split(good, "size")[0],
		"huge size":     strings.Replace(good, "size 1", "size 99999999999999999999", 1),
		"more after it": good + "x",
	} {
		if f, ok := ParsePointer([]byte(data)); ok {
			t.Errorf("%s: taken for a pointer to %+v", name, f)
		}
	}
}
