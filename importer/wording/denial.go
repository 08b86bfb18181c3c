package wording

import (
	"regexp"
	"strings"
)

// What a negation does depends on the verb: "darf nicht" forbids, "muss nicht" and
// "braucht nicht" only say that something is not required, "kann nicht" grants
// nothing.

// forceOfWord is how strongly the word at a place binds, in its clause.
func forceOfWord(words []token, at int) Force {
	switch words[at].lower {
	case "muss", "müssen", "musst", "müsst", "müsste", "müssten":
		return either(denied(words, at), May, Must)
	case "verpflichtet", "untersagt", "unzulässig", "verboten", "zwingend", "vorgeschrieben":
		return either(deniedBefore(words, at, true), May, Must)
	case "gestattet", "erlaubt", "zulässig":
		return either(deniedBefore(words, at, true), Must, None)
	case "braucht", "brauchen", "brauchst":
		return either(denied(words, at), May, None)
	case "darf", "dürfen", "darfst", "dürft":
		return either(denied(words, at) || reserved(words, at), Must, May)
	case "soll", "sollen", "sollte", "sollten", "empfohlen", "empfiehlt", "empfehlen":
		return Should
	case "kann", "können", "könnte", "könnten", "kannst", "könnt":
		return either(denied(words, at), None, May)
	}
	return None
}

func either(yes bool, a, b Force) Force {
	if yes {
		return a
	}
	return b
}

// denied reports whether a verb is negated in its clause: behind it in a main
// clause ("muss nicht"), before it where it stands last ("wenn er nicht anrufen
// muss"), or by the subject the clause begins with ("Niemand muss").
func denied(words []token, at int) bool {
	for i := at + 1; i < len(words) && words[i-1].after == ""; i++ {
		if denies(words, i) {
			return true
		}
	}
	last := at+1 == len(words) || words[at].after != ""
	return deniedBefore(words, at, last)
}

// deniedBefore looks back in the clause for a negation: for any of them, or for
// one that the clause begins with.
func deniedBefore(words []token, at int, anywhere bool) bool {
	for i := at - 1; i >= 0 && words[i].after == ""; i-- {
		first := i == 0 || words[i-1].after != ""
		if denies(words, i) && (anywhere || first && words[i].lower != "nicht") {
			return true
		}
	}
	return false
}

// denies reports whether the word at a place is a negation of its clause. "Nicht
// nur" is none, and "nicht genutzte Mittel" denies nothing but the use.
func denies(words []token, at int) bool {
	switch w := words[at]; {
	case w.lower == "niemand", w.lower == "niemals", w.lower == "nie", strings.HasPrefix(w.lower, "kein"):
		return true
	case w.lower != "nicht":
		return false
	case w.after != "" || at+1 == len(words):
		return true
	}
	next := words[at+1]
	return next.lower != "nur" && next.lower != "allein" && (!participle.MatchString(next.text) || !attribute(words, at+1))
}

// participle is what may stand before a noun as its attribute.
var participle = regexp.MustCompile(`^\p{Ll}{2,}(?:te|ene|ende|liche|bare)[mnrs]?$`)

// reserved reports whether what is allowed is allowed to some only: "darf nur die
// Leitung", "nur die Leitung darf".
func reserved(words []token, at int) bool {
	for i := at + 1; i < len(words) && words[i-1].after == ""; i++ {
		if words[i].lower == "nur" && words[i-1].lower != "nicht" {
			return true
		}
	}
	for i := at - 1; i >= 0 && words[i].after == ""; i-- {
		if words[i].lower == "nur" && (i == 0 || words[i-1].after != "") {
			return true
		}
	}
	return false
}

// address is a field of a text that leads somewhere: with a scheme, of the web, of
// a mailbox, of a share, or a name of the network with or without a path.
var address = regexp.MustCompile(`(?i)^[("„<\[]*(?:[a-z][a-z0-9+.-]*://|mailto:|www\.|\\\\|[^\s@]+@[^\s@]+\.|(?:[\p{L}0-9-]+\.)+(?:de|com|org|net|eu|info|local|intern|intranet)(?:[/:?#]|[)"“>\].,;!?]*$))`)

// WithoutAddresses leaves the addresses of a sentence out: the words in them are
// names, and say nothing. Punctuation behind them stays.
func WithoutAddresses(sentence string) string {
	fields := strings.Fields(sentence)
	for i, field := range fields {
		if address.MatchString(field) {
			fields[i] = field[len(strings.TrimRight(field, ".,;:!?")):]
		}
	}
	return strings.Join(fields, " ")
}
