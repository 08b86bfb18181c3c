package fault

import (
	"errors"
	"fmt"
	"testing"
)

func TestFaultKeepsKindThroughWrapping(t *testing.T) {
	cause := errors.New("disk on fire")
	err := fmt.Errorf("saving: %w", New(Full, "gitrepo.disk-full", "free", 12).Because(cause))

	if KindOf(err) != Full || !Is(err, Full) || Is(err, NotFound) {
		t.Fatalf("kind of %v is %v", err, KindOf(err))
	}
	f, ok := Of(err)
	if !ok || f.Args["free"] != 12 {
		t.Fatalf("fault lost its arguments: %+v", f)
	}
	if !errors.Is(err, cause) {
		t.Error("the technical cause is lost")
	}
}

func TestPlainErrorIsInternal(t *testing.T) {
	err := errors.New("boom")
	if KindOf(err) != Internal || Is(err, Internal) {
		t.Errorf("a plain error must count as internal without being a fault")
	}
}

func TestErrorNamesFieldAndLine(t *testing.T) {
	got := New(Invalid, "content.bad-date").InField("gueltig_ab").At("wissen/a/a/index.md", 7).Error()
	if want := "content.bad-date [gueltig_ab] wissen/a/a/index.md:7"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestEveryKindHasStatusAndType(t *testing.T) {
	types := map[string]Kind{}
	for k := Internal; k <= Gone; k++ {
		if s := k.Status(); s < 400 || s > 599 {
			t.Errorf("kind %d: status %d", k, s)
		}
		if other, ok := types[k.Type()]; ok {
			t.Errorf("kinds %d and %d share the type %q", k, other, k.Type())
		}
		types[k.Type()] = k
	}
}
