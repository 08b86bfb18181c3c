package search

import (
	"strings"
	"unicode/utf8"

	"staffelstab/content"
)

// snippetBytes is about three lines on a phone.
const snippetBytes = 260

// snippet cuts the part of a section with most of the words and marks them.
// Offsets are bytes of the section's text, so no mark cuts a letter.
func snippet(text string, parsed parsedQuery, s strictness) []content.SnippetPart {
	wanted := parsed.words
	for _, phrase := range parsed.phrases {
		wanted = append(wanted, tokenize(phrase)...)
	}
	beginning, cut := text, len(text) > snippetScan
	if cut {
		beginning = text[:snippetScan]
		beginning = beginning[:strings.LastIndexAny(beginning, " \n")+1]
	}
	beginning = strings.Join(strings.Fields(beginning), " ")
	marks := marksIn(beginning, wanted, s)
	if cut && len(marks) == 0 {
		beginning = strings.Join(strings.Fields(text), " ")
		marks = marksIn(beginning, wanted, s)
	}
	start, end := window(beginning, marks)
	return parts(beginning, marks, start, end)
}

// snippetScan is how much of a section is looked through first: reading long
// sections word by word took most of the time of a search, and what people
// look for mostly stands near the heading that was found.
const snippetScan = 8 << 10

// marksIn finds the words that made a text a hit.
func marksIn(text string, wanted []token, s strictness) []token {
	var marks []token
	for _, t := range tokenize(text) {
		for _, w := range wanted {
			if matchesWord(t, w, s) {
				marks = append(marks, t)
				break
			}
		}
	}
	return marks
}

func matchesWord(t, wanted token, s strictness) bool {
	if t.stop {
		return false
	}
	if t.stem == wanted.stem || t.exact == wanted.exact {
		return true
	}
	return s >= wordParts && len(wanted.stem) >= minPart && strings.Contains(t.stem, wanted.stem)
}

// window chooses the stretch with the most marks.
func window(text string, marks []token) (int, int) {
	if len(text) <= snippetBytes {
		return 0, len(text)
	}
	best, bestCount := 0, -1
	for i := range marks {
		count := 0
		for j := i; j < len(marks) && marks[j].end-marks[i].start <= snippetBytes*3/4; j++ {
			count++
		}
		if count > bestCount {
			best, bestCount = marks[i].start, count
		}
	}
	start := max(0, best-snippetBytes/5)
	if i := strings.IndexByte(text[start:best], ' '); start > 0 && i >= 0 {
		start += i + 1
	}
	for start > 0 && start < len(text) && !utf8.RuneStart(text[start]) {
		start++
	}
	end := min(len(text), start+snippetBytes)
	if i := strings.LastIndexByte(text[start:end], ' '); end < len(text) && i > snippetBytes/2 {
		end = start + i
	}
	for end < len(text) && !utf8.RuneStart(text[end]) {
		end--
	}
	return start, end
}

func parts(text string, marks []token, start, end int) []content.SnippetPart {
	var out []content.SnippetPart
	add := func(s string, match bool) {
		if s != "" {
			out = append(out, content.SnippetPart{Text: s, Match: match})
		}
	}
	if start > 0 {
		add("… ", false)
	}
	at := start
	for _, m := range marks {
		if m.start < at || m.end > end {
			continue
		}
		add(text[at:m.start], false)
		add(text[m.start:m.end], true)
		at = m.end
	}
	add(text[at:end], false)
	if end < len(text) {
		add(" …", false)
	}
	return out
}
