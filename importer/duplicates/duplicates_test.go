package duplicates

import (
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"
)

const trip = "Vor jeder Dienstreise ist der Antrag zu stellen. Die Abrechnung ist binnen 6 Monaten mit allen Belegen vorzulegen. Tagegeld wird nach dem Landesrecht gezahlt."

func TestClasses(t *testing.T) {
	longer := trip + " Für Auslandsreisen gilt zusätzlich die Zustimmung des Dezernats als Voraussetzung."
	for name, c := range map[string]struct {
		a, b  Text
		class Class
		alike bool
		why   string // of the first difference
	}{
		"the same text":                       {Text{"A", trip, nil}, Text{"B", strings.ReplaceAll(trip, " ", "\n"), nil}, Identical, true, ""},
		"the same text and file":              {Text{"A", trip, []string{"x", "y"}}, Text{"B", trip, []string{"y", "x"}}, Identical, true, ""},
		"one file more":                       {Text{"A", trip, []string{"x", "y"}}, Text{"B", trip, []string{"y"}}, Contained, true, WhyFiles},
		"another file":                        {Text{"A", trip, []string{"x"}}, Text{"B", trip, []string{"y"}}, Similar, true, WhyFiles},
		"one within the other":                {Text{"A", trip, nil}, Text{"B", longer, nil}, Contained, true, WhyMissing},
		"the longer one first":                {Text{"A", longer, nil}, Text{"B", trip, nil}, Contained, true, WhyMissing},
		"within, but it brings a file":        {Text{"A", trip, []string{"x"}}, Text{"A", longer, nil}, Similar, true, WhyFiles},
		"another deadline":                    {Text{"A", trip, nil}, Text{"A", strings.Replace(trip, "6 Monaten", "drei Monaten", 1), nil}, Contradicting, true, "frist"},
		"within, with another deadline":       {Text{"A", strings.Replace(longer, "6 Monaten", "3 Monaten", 1), nil}, Text{"A", trip, nil}, Contradicting, true, "frist"},
		"a negation":                          {Text{"A", trip, nil}, Text{"A", strings.Replace(trip, "wird nach", "wird nicht nach", 1), nil}, Contradicting, true, WhyNegation},
		"another force":                       {Text{"A", trip, nil}, Text{"A", strings.Replace(trip, "ist der Antrag zu stellen", "kann der Antrag gestellt werden", 1), nil}, Contradicting, true, WhyForce},
		"the same deadline, other words":      {Text{"A", trip, nil}, Text{"A", strings.Replace(trip, "6 Monaten", "sechs Monaten", 1), nil}, Similar, true, WhyWording},
		"the same subject":                    {Text{"Dienstreise (Arbeitshilfe)", "Bitte früh buchen und vergleichen.", nil}, Text{"Rahmenbedingung Dienstreise 2017", "Siehe Intranet.", nil}, Similar, true, WhyMissing},
		"another deadline for the same thing": {Text{"Kosten", "Die Beschäftigten sind verpflichtet, die Abrechnung binnen 6 Monaten vorzulegen. Und mehr.", nil}, Text{"Reise", "Vor der Reise buchen. Die Abrechnung muss innerhalb von 3 Monaten erfolgen.", nil}, Contradicting, true, "frist"},
		"something else":                      {Text{"A", trip, nil}, Text{"B", "Der Hof ist im Winter zu streuen, sobald es glatt ist und bevor jemand kommt.", nil}, Similar, false, ""},
		"too short to be the same":            {Text{"A", "siehe Anlage", nil}, Text{"B", "siehe Anlage", nil}, Similar, false, ""},
		"short with the same title":           {Text{"A", "siehe Anlage", nil}, Text{"A", "siehe Anlage", nil}, Identical, true, ""},
		"nothing at all":                      {Text{}, Text{}, Similar, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := Compare(c.a, c.b)
			first := ""
			if len(got.Differences) > 0 {
				first = got.Differences[0].Why
			}
			if got.Class != c.class || got.Alike() != c.alike || first != c.why {
				t.Errorf("class %s, alike %v, differences %+v", got.Class, got.Alike(), got.Differences)
			}
			back := Compare(c.b, c.a)
			if back.Class != got.Class || back.Share != got.Share || len(back.Differences) != len(got.Differences) {
				t.Errorf("the other way round: %+v", back)
			}
		})
	}
}

func TestSentencesStandSideBySide(t *testing.T) {
	got := Compare(
		Text{"Reisen", "Die Abrechnung ist binnen 6 Monaten vorzulegen. Nur hier.", nil},
		Text{"Reisen", "Nur dort gesagt. Die Abrechnung muss innerhalb von 3 Monaten erfolgen.", nil},
	)
	want := []Difference{
		{"Die Abrechnung ist binnen 6 Monaten vorzulegen.", "Die Abrechnung muss innerhalb von 3 Monaten erfolgen.", "frist"},
		{"Nur hier.", "", WhyMissing},
		{"", "Nur dort gesagt.", WhyMissing},
	}
	if !slices.Equal(got.Differences, want) {
		t.Errorf("%+v", got.Differences)
	}
}

func TestWhatIsShownIsBounded(t *testing.T) {
	var a, b strings.Builder
	for n := range 2 * maxAligned {
		fmt.Fprintf(&a, "Satz %d mit Wort%d am Ende.\n", n, n)
		fmt.Fprintf(&b, "Zeile %d ohne Ende%d %s.\n", n, n, strings.Repeat("sehr ", 200))
	}
	got := Compare(Text{Title: "Liste", Visible: a.String()}, Text{Title: "Liste", Visible: b.String()})
	if len(got.Differences) != maxDifferences {
		t.Errorf("%d differences", len(got.Differences))
	}
	for _, d := range got.Differences {
		if len([]rune(d.First)) > maxSentence || len([]rune(d.Second)) > maxSentence {
			t.Errorf("%d and %d characters", len(d.First), len(d.Second))
		}
	}
}

func TestTitlesThatMeanTheSame(t *testing.T) {
	for title, want := range map[string]string{
		"Dienstreise beantragen ":                        "dienstreise beantragen",
		"Arbeitshilfe: Dienstreise beantragen":           "dienstreise beantragen",
		"Dienstreise beantragen – Rahmenbedingung":       "dienstreise beantragen",
		"Dienstreise beantragen (Stand 01.02.2010)":      "dienstreise beantragen",
		"Dienstreise beantragen, Fassung vom 3. 4. 2017": "dienstreise beantragen",
		"Dienstreise beantragen März 2009":               "dienstreise beantragen",
		"DIENSTREISE  beantragen 2010-11-12":             "dienstreise beantragen",
		"DA 11-03":                                       "da 11 03",
		"Arbeitshilfe":                                   "",
		"2017":                                           "",
		"":                                               "",
	} {
		if got := TitleKey(title); got != want {
			t.Errorf("%q means %q, want %q", title, got, want)
		}
	}
}

// words makes a text of n invented words.
func words(random *rand.Rand, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("wort%d", random.Intn(5000))
	}
	return out
}

func TestCandidatesAreThosePeopleWouldCompare(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	texts := make([]Text, 400)
	for i := range texts {
		texts[i] = Text{Title: fmt.Sprintf("Thema %c%d", 'a'+i%26, i), Visible: strings.Join(words(random, 150), " ")}
	}
	near := words(random, 200)
	texts[10] = Text{"Eins", strings.Join(near, " "), nil}
	near[30], near[90] = "anders", "anders" // 10 of 196 runs
	texts[300] = Text{"Zwei", strings.Join(near, " "), nil}
	texts[20], texts[21] = Text{"Gleich", "Das eine.", nil}, Text{"Gleich – Arbeitshilfe", "Ganz etwas anderes als dort.", nil}
	texts[30], texts[200] = Text{"Drei", "x", []string{"f"}}, Text{"Vier", "x", []string{"f"}}
	texts[40] = Text{"Fünf", "Die Beschäftigten sind verpflichtet, die Abrechnung binnen 6 Monaten vorzulegen.", nil}
	texts[41] = Text{"Sechs", "Vorher buchen. Danach muss die Abrechnung innerhalb von 3 Monaten erfolgen.", nil}
	var x Index
	for i, text := range texts {
		x.Add(i, SketchOf(text))
	}
	got, complete := x.Candidates(1000)
	if !complete || len(got) > 10 {
		t.Errorf("%d candidates, complete %v", len(got), complete)
	}
	for _, want := range []Pair{{10, 300}, {20, 21}, {30, 200}, {40, 41}} {
		if !slices.Contains(got, want) {
			t.Errorf("%v is missing from %v", want, got)
		}
	}
}

func TestFormsNobodyFilledInDoNotExplode(t *testing.T) {
	var x Index
	for i := range 2000 {
		x.Add(i, SketchOf(Text{Title: "Vordruck", Visible: trip}))
	}
	got, complete := x.Candidates(100_000)
	if !complete || len(got) > 2*2000 || len(got) < 1999 {
		t.Errorf("%d candidates, complete %v", len(got), complete)
	}
	some, complete := x.Candidates(50)
	if complete || len(some) != 50 {
		t.Errorf("of too many, %d are offered, complete %v", len(some), complete)
	}
	var none Index
	if got, complete := none.Candidates(5); len(got) != 0 || !complete {
		t.Errorf("nothing gives %v", got)
	}
	for i := range 3 {
		none.Add(i, SketchOf(Text{}))
	}
	if got, _ := none.Candidates(5); len(got) != 0 {
		t.Errorf("empty documents are candidates: %v", got)
	}
}

func FuzzCompare(f *testing.F) {
	f.Add("A", trip, "B", "Die Frist ist 3 Monate.")
	f.Add("", "", "", "\xff")
	f.Fuzz(func(t *testing.T, titleA, a, titleB, b string) {
		x, y := Text{titleA, strings.ToValidUTF8(a, "?"), nil}, Text{titleB, strings.ToValidUTF8(b, "?"), nil}
		c := Compare(x, y)
		if c.Share < 0 || c.Share > 1 || !slices.Contains(Classes(), c.Class) {
			t.Fatalf("%+v", c)
		}
		if same := Compare(x, x); same.Class != Identical && !same.Short {
			t.Fatalf("%q is not itself: %+v", a, same)
		}
	})
}
