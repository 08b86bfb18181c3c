package duplicates

import (
	"strings"
	"testing"
)

// BenchmarkSketch makes the sketch of a text of 5 KB.
func BenchmarkSketch(b *testing.B) {
	text := Text{Title: "Dienstreise", Visible: strings.Repeat(trip+"\n", 5000/len(trip))}
	b.SetBytes(int64(len(text.Visible)))
	for b.Loop() {
		SketchOf(text)
	}
}

// BenchmarkCompare compares two texts of 5 KB.
func BenchmarkCompare(b *testing.B) {
	x := Text{Title: "Dienstreise", Visible: strings.Repeat(trip+"\n", 5000/len(trip))}
	y := Text{Title: "Dienstreise", Visible: strings.ReplaceAll(x.Visible, "6 Monaten", "3 Monaten")}
	for b.Loop() {
		Compare(x, y)
	}
}
