package ident

import "testing"

func TestIdsAreValidAndDistinct(t *testing.T) {
	for name, source := range map[string]Source{"random": NewRandom(), "sequence": new(Sequence)} {
		seen := map[string]bool{}
		for range 10_000 {
			id := source.New()
			if !Valid(id) {
				t.Fatalf("%s: %q is not valid", name, id)
			}
			if seen[id] {
				t.Fatalf("%s: %q came twice", name, id)
			}
			seen[id] = true
		}
	}
}

func TestValidRefusesOtherShapes(t *testing.T) {
	for _, s := range []string{"", "abc", "ABCDEFGHIJ", "abcdefghi1", "abcdefghijk", "../../etcx"} {
		if Valid(s) {
			t.Errorf("%q must not be valid", s)
		}
	}
}

func TestFromBytesTakesFiftyBits(t *testing.T) {
	a := FromBytes([]byte{1, 2, 3, 4, 5, 6, 0x00})
	b := FromBytes([]byte{1, 2, 3, 4, 5, 6, 0x3f})
	c := FromBytes([]byte{1, 2, 3, 4, 5, 6, 0x40})
	if a != b || a == c {
		t.Errorf("only the first 50 bits may count: %s %s %s", a, b, c)
	}
}
