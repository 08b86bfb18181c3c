package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"staffelstab/internal/fault"
	"staffelstab/internal/testkit"
	"staffelstab/server/store"
)

// noon is a time with microseconds, the finest both databases keep.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 123_456_000, time.UTC)

// eachDatabase runs a test with the address of an empty database of each kind.
func eachDatabase(t *testing.T, test func(t *testing.T, target string)) {
	t.Run("SQLite", func(t *testing.T) { test(t, filepath.Join(t.TempDir(), "staffelstab.db")) })
	t.Run("PostgreSQL", func(t *testing.T) { test(t, testkit.RequirePostgres(t)) })
}

// eachStore runs a test on a fresh store of each kind.
func eachStore(t *testing.T, test func(t *testing.T, s *store.Store)) {
	eachDatabase(t, func(t *testing.T, target string) { test(t, open(t, target)) })
}

// open opens a store and closes it when the test ends.
func open(t *testing.T, target string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), target, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// ok ends the test when something that has to work does not.
func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// got is ok for calls with a result.
func got[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		ok(t, err)
		return v
	}
}

// wantFault demands a fault of a kind and, unless key is empty, with a key.
func wantFault(t *testing.T, err error, kind fault.Kind, key string) {
	t.Helper()
	f, is := fault.Of(err)
	if !is || f.Kind != kind || key != "" && f.Key != key {
		t.Errorf("error %v, want a fault of kind %d %s", err, kind, key)
	}
}

func wantEqual(t *testing.T, what string, have, want any) {
	t.Helper()
	if !reflect.DeepEqual(have, want) {
		t.Errorf("%s:\n have %+v\n want %+v", what, have, want)
	}
}

// filled returns a value in which every field differs from zero and from the
// others, so that a field nobody stores is found by the round trip.
func filled[T any]() T {
	var v T
	n := 0
	fill(reflect.ValueOf(&v).Elem(), "", &n)
	return v
}

func fill(v reflect.Value, name string, n *int) {
	*n++
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(noon.Add(time.Duration(*n) * time.Microsecond)))
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), v.Type().Field(i).Name, n)
		}
	case v.Kind() == reflect.String:
		v.SetString(fmt.Sprintf("%s-%d", strings.ToLower(name), *n))
	case v.Kind() == reflect.Bool:
		v.SetBool(true)
	case v.CanInt():
		v.SetInt(int64(*n))
	case v.CanFloat():
		v.SetFloat(float64(*n) + 0.25)
	case v.Type() == reflect.TypeFor[[]byte]():
		v.SetBytes(fmt.Appendf(nil, "%s-%d", strings.ToLower(name), *n))
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), name, n)
		fill(v.Index(1), name, n)
	case v.Kind() == reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("Feld „1“"), reflect.ValueOf("Wert"))
	default:
		panic("fill: nobody taught me " + v.Type().String())
	}
}

func TestFilledLeavesNothingZero(t *testing.T) {
	v := filled[struct {
		A string
		B []int
		C struct{ At time.Time }
	}]()
	if v.A == "" || len(v.B) != 2 || v.B[0] == v.B[1] || v.C.At.IsZero() {
		t.Errorf("%+v", v)
	}
}

// awkward are texts that break careless statements, patterns or encodings.
func awkward() map[string]string {
	return map[string]string{
		"quotes":        `Müller's "Über"sicht; DROP TABLE people; --`,
		"backslash":     `C:\Akten\%TEMP%\_x`,
		"wildcards":     `100 % von _allem_ ?`,
		"emoji":         "Übergabe 👩🏽‍🌾 fertig ✅",
		"decomposed":    "Mu\u0308ller",
		"right to left": "שלום und مرحبا",
		"line breaks":   "eins\nzwei\r\ndrei\tvier",
		"placeholder":   "$1 @name :name ?",
		"long":          strings.Repeat("Dienstvereinbarungsänderung ", 40_000),
		"noise":         noise(30_000),
		"empty":         "",
		"space":         "  außen  ",
	}
}

// noise is a text no database can compress, and the same in every run.
func noise(length int) string {
	random := rand.New(rand.NewPCG(1, 2))
	out := make([]rune, length)
	for i := range out {
		out[i] = rune(0x4e00 + random.IntN(0x5000))
	}
	return string(out)
}

// notStorable are texts PostgreSQL cannot hold.
func notStorable() map[string]string {
	return map[string]string{"NUL": "a\x00b", "Latin-1": "gr\xfcn", "half a surrogate": "x\xed\xa0\x80y"}
}

func cancelled(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}
