package content

import (
	"hash/fnv"
	"math"
	"strings"
	"unicode"
)

// Texts are alike when they share runs of words. Of every text a fixed number
// of prints is kept (MinHash, Broder 1997): each stands for two smallest
// hashes of its runs, so that two texts with half of their runs in common share
// one with 97 % likelihood and two with 84 %; with a quarter it is 54 % and 17 %.
// Those that share prints are compared exactly.
const (
	runLength    = 3 // words
	printCount   = 12
	hashesEach   = 2
	minPrintRuns = 30 // shorter texts say too little to be alike
)

// words cuts a text into lower-case words of letters and digits.
func words(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// runs hashes every run of words.
func runs(text string) map[uint64]bool {
	list := words(text)
	out := map[uint64]bool{}
	for i := 0; i+runLength <= len(list); i++ {
		h := fnv.New64a()
		for _, word := range list[i : i+runLength] {
			_, _ = h.Write([]byte(word))
			_, _ = h.Write([]byte{0})
		}
		out[h.Sum64()] = true
	}
	return out
}

// prints computes the prints of a text; none for a short one.
func prints(text string) []int64 {
	all := runs(text)
	if len(all) < minPrintRuns {
		return nil
	}
	var least [printCount * hashesEach]uint64
	for i := range least {
		least[i] = math.MaxUint64
	}
	for run := range all {
		for i := range least {
			if h := mix(run + uint64(i)*0x9E3779B97F4A7C15); h < least[i] {
				least[i] = h
			}
		}
	}
	out := make([]int64, printCount)
	for i := range out {
		h := uint64(i)
		for _, each := range least[i*hashesEach : (i+1)*hashesEach] {
			h = mix(h ^ each)
		}
		out[i] = int64(h)
	}
	return out
}

// mix scatters the bits of a number (the finalizer of splitmix64).
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
	x = (x ^ x>>27) * 0x94D049BB133111EB
	return x ^ x>>31
}

// overlap is the share of runs two texts have in common, of all runs they have
// (0 to 1).
func overlap(a, b map[uint64]bool) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	common := 0
	for run := range a {
		if b[run] {
			common++
		}
	}
	return float64(common) / float64(len(a)+len(b)-common)
}
