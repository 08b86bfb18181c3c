package content

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sergi/go-diff/diffmatchpatch"
	"golang.org/x/net/html"
)

// markWords divides the blocks of a change whose two sides are alike, so that
// the words that differ can be marked where they stand. Each side keeps its
// own HTML byte by byte: the parts of a block are cut from it and a part that
// changed holds words only, never a tag. Sides with little in common stay
// whole; marks on every other word would help nobody.
func markWords(blocks []RenderedBlock) {
	for i := 0; i+1 < len(blocks); i++ {
		if old, fresh := &blocks[i], &blocks[i+1]; old.Kind == DiffRemoved && fresh.Kind == DiffAdded {
			old.Parts, fresh.Parts = changedWords(old.HTML, fresh.HTML)
		}
	}
}

// htmlPiece is a word, the space between words or a tag.
type htmlPiece struct {
	text string
	word bool
}

// htmlPieces cuts HTML into pieces that give it back when they are joined.
func htmlPieces(page string) []htmlPiece {
	var out []htmlPiece
	tokens := html.NewTokenizer(strings.NewReader(page))
	for tokens.Next() != html.ErrorToken {
		raw := string(tokens.Raw())
		if tokens.Token().Type != html.TextToken {
			out = append(out, htmlPiece{text: raw})
			continue
		}
		for raw != "" {
			first, _ := utf8.DecodeRuneInString(raw)
			space := unicode.IsSpace(first)
			end := strings.IndexFunc(raw, func(r rune) bool { return unicode.IsSpace(r) != space })
			if end < 0 {
				end = len(raw)
			}
			out = append(out, htmlPiece{raw[:end], !space})
			raw = raw[end:]
		}
	}
	return out
}

// changedWords compares two pages of HTML by their words. It returns nothing
// when less than half is the same, or everything.
func changedWords(before, after string) (gone, fresh []DiffPart) {
	old, now := htmlPieces(before), htmlPieces(after)
	letters := &alphabet{runes: map[string]rune{}}
	a, b := letters.spell(wordsOf(old)), letters.spell(wordsOf(now))
	var goes, comes []bool // of each word
	same, all, changes := 0, 0, 0
	for _, d := range newDiff().DiffMainRunes(a, b, false) {
		n, size := len([]rune(d.Text)), len(letters.read(d.Text, ""))
		all += size
		switch d.Type {
		case diffmatchpatch.DiffDelete:
			goes, changes = append(goes, slices.Repeat([]bool{true}, n)...), changes+1
		case diffmatchpatch.DiffInsert:
			comes, changes = append(comes, slices.Repeat([]bool{true}, n)...), changes+1
		default:
			goes, comes = append(goes, make([]bool, n)...), append(comes, make([]bool, n)...)
			same, all = same+2*size, all+size
		}
	}
	if changes == 0 || 2*same < all {
		return nil, nil
	}
	return markPieces(old, goes), markPieces(now, comes)
}

func wordsOf(pieces []htmlPiece) []string {
	var out []string
	for _, p := range pieces {
		if p.word {
			out = append(out, p.text)
		}
	}
	return out
}

// markPieces joins pieces into parts. The space between two changed words
// belongs to them; a tag never does.
func markPieces(pieces []htmlPiece, changed []bool) []DiffPart {
	var out []DiffPart
	add := func(text string, mark bool) {
		if n := len(out); n > 0 && out[n-1].Changed == mark {
			out[n-1].Text += text
			return
		}
		out = append(out, DiffPart{text, mark})
	}
	word := 0
	for i, p := range pieces {
		switch {
		case p.word:
			add(p.text, changed[word])
			word++
		case isSpace(p) && i > 0 && i+1 < len(pieces) && pieces[i-1].word && pieces[i+1].word:
			add(p.text, changed[word-1] && changed[word])
		default:
			add(p.text, false)
		}
	}
	return out
}

func isSpace(p htmlPiece) bool { return !p.word && strings.TrimSpace(p.text) == "" }
