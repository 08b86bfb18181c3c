package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/content/gitrepo"
	"staffelstab/internal/ident"
)

// stock describes an invented repository of the size a city's grows to. The
// same numbers always give the same repository.
type stock struct{ articles, commits int }

// stockFormat changes when the generator writes something else.
const stockFormat = "1"

// words make sentences that look German to the index: endings, compounds,
// umlauts, inflected forms.
var stockWords = strings.Fields(`Antrag Bescheid Frist Widerspruch Gebühr Gehweg Straßenreinigung Winterdienst Rufbereitschaft Dienstreise
Reisekosten Vergabeverfahren Haushaltsstelle Buchungsbeleg Personalrat Mitbestimmung Elternzeit Arbeitszeitkonto Datenschutz Auskunftssperre
Meldebescheinigung Führerschein Fahrzeugzulassung Baugenehmigung Bebauungsplan Denkmalschutz Gewerbeanmeldung Gaststättenerlaubnis Wohngeld
Kindertagesstätte Schulbezirk Lernmittel Friedhofssatzung Abfallkalender Wasserzähler Grundsteuer Vollstreckung Zahlungserinnerung Mahnbescheid
Bürgerbüro Öffnungszeiten Terminvergabe Vollmacht Beglaubigung Urkunde Standesamt Eheschließung Geburtsurkunde Aktenplan Aufbewahrungsfrist
Posteingang Unterschrift Zuständigkeit Vertretungsregelung Sachbearbeitung Fachbereich Ausschuss Ratsbeschluss Satzung Dienstanweisung Schulung`)

var stockGlue = strings.Fields(`ist wird muss kann soll darf für mit ohne nach vor bei der die das den eine einen wenn weil damit bis spätestens
innerhalb schriftlich elektronisch vollständig geprüft unterschrieben rechtzeitig zuständige betroffenen anschließend jährlich unverzüglich`)

var stockAuthors = []string{"u-aaaaaaaaaa", "u-bbbbbbbbbb", "u-cccccccccc", "u-dddddddddd", "u-eeeeeeeeee", "u-ffffffffff", "u-gggggggggg", "u-hhhhhhhhhh"}

// stockText is what the generator remembers of an article.
type stockText struct {
	id, title, path string
	paragraphs      []uint64 // seeds
	attached        bool
}

func stockID(seed string) string {
	sum := sha256.Sum256([]byte(seed))
	return ident.FromBytes(sum[:])
}

func (s stock) text(i int, random *rand.Rand) *stockText {
	word := stockWords[i%len(stockWords)]
	title := fmt.Sprintf("%s %s %d", word, stockWords[(i/len(stockWords)+7*i)%len(stockWords)], i)
	slug := strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", " ", "-").Replace(strings.ToLower(title))
	t := &stockText{id: stockID(fmt.Sprint("text", i)), title: title, path: fmt.Sprintf("wissen/%s/%s/index.md", slug[:1], slug), attached: i%11 == 0}
	for range 3 + int(random.ExpFloat64()*6) { // most are short, some long
		t.paragraphs = append(t.paragraphs, random.Uint64())
	}
	return t
}

// write is the file: front matter as editors fill it in, sections, links to
// other articles.
func (t *stockText) write(out *bytes.Buffer, all []*stockText) {
	fmt.Fprintf(out, "---\nid: %s\nart: artikel\ntitel: %s\nbereich: \"%d\"\nthemen: [%s, %s]\nschlagworte: [%s]\nnaechste_pruefung: 20%02d-0%d-15\n---\n\n",
		t.id, t.title, 11+len(t.title)%60, strings.ToLower(stockWords[len(t.path)%20]), strings.ToLower(stockWords[len(t.title)%20]),
		stockWords[len(t.path)%len(stockWords)], 26+len(t.title)%4, 1+len(t.path)%9)
	for i, seed := range t.paragraphs {
		random := rand.New(rand.NewPCG(seed, 1))
		if i%3 == 0 {
			fmt.Fprintf(out, "## %s und %s\n\n", stockWords[seed%uint64(len(stockWords))], stockWords[(seed>>8)%uint64(len(stockWords))])
		}
		for range 3 + random.IntN(5) {
			stockSentence(out, random)
		}
		if other := all[seed%uint64(len(all))]; seed%4 == 0 {
			fmt.Fprintf(out, "Siehe [%s](/a/%s).", other.title, other.id)
		}
		out.WriteString("\n\n")
	}
	if t.attached {
		out.WriteString("Der Vordruck liegt bei: [Vordruck](vordruck.pdf)\n")
	}
}

func stockSentence(out *bytes.Buffer, random *rand.Rand) {
	fmt.Fprintf(out, "Die %s", stockWords[random.IntN(len(stockWords))])
	for range 5 + random.IntN(9) {
		list := stockGlue
		if random.IntN(3) == 0 {
			list = stockWords
		}
		out.WriteString(" " + list[random.IntN(len(list))])
	}
	out.WriteString(". ")
}

// stream writes the history for git fast-import: first every article comes in,
// then edits whose articles follow Zipf's law, as real ones do.
func (s stock) stream(w *bufio.Writer) error {
	random := rand.New(rand.NewPCG(1, 2))
	texts := make([]*stockText, s.articles)
	for i := range texts {
		texts[i] = s.text(i, random)
	}
	popular := rand.NewZipf(random, 1.1, 20, uint64(s.articles-1))
	places := random.Perm(s.articles)
	var file bytes.Buffer
	at := time.Date(2015, 1, 5, 8, 0, 0, 0, time.UTC).Unix()
	for n := range s.commits {
		t := texts[n%s.articles]
		if n >= s.articles {
			t = texts[places[popular.Uint64()]]
			t.paragraphs[random.IntN(len(t.paragraphs))] = random.Uint64()
		}
		at += int64(600 + random.IntN(3000))
		author := stockAuthors[random.IntN(len(stockAuthors))]
		message := fmt.Sprintf("%s ergänzt\n\nRevision: r-%s %s\nÄnderung: fachlich\n", t.title, stockID(fmt.Sprint("revision", n)), t.id)
		who := fmt.Sprintf("%s <%s@staffelstab.invalid> %d +0000", author, author, at)
		fmt.Fprintf(w, "commit refs/heads/main\nauthor %s\ncommitter %s\ndata %d\n%s\n", who, who, len(message), message)
		file.Reset()
		t.write(&file, texts)
		fmt.Fprintf(w, "M 100644 inline %s\ndata %d\n%s\n", t.path, file.Len(), file.Bytes())
		if n < s.articles && t.attached {
			pointer := content.Pointer(content.StoredFile{SHA256: fmt.Sprintf("%x", sha256.Sum256([]byte(t.id))), Size: 20_000})
			fmt.Fprintf(w, "M 100644 inline %s\ndata %d\n%s\n", filepath.Dir(t.path)+"/vordruck.pdf", len(pointer), pointer)
		}
	}
	return w.Flush()
}

// build makes the bare repository in a folder.
func (s stock) build(tb testing.TB, git string) {
	tb.Helper()
	run := func(stdin io.Reader, args ...string) {
		command := exec.CommandContext(tb.Context(), "git", args...)
		command.Stdin = stdin
		command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=/nonexistent", "GIT_CONFIG_NOSYSTEM=1"}
		if out, err := command.CombinedOutput(); err != nil {
			tb.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	run(nil, "init", "--quiet", "--bare", "--initial-branch=main", git)
	reader, writer := io.Pipe()
	go func() { writer.CloseWithError(s.stream(bufio.NewWriterSize(writer, 1<<20))) }()
	run(reader, "--git-dir="+git, "-c", "core.compression=1", "fast-import", "--quiet", "--depth=20")
}

// in returns the repository, from the folder where an earlier run kept it.
func (s stock) in(tb testing.TB, cache string) string {
	tb.Helper()
	if cache == "" {
		cache = tb.TempDir()
	}
	git := filepath.Join(cache, fmt.Sprintf("stock-%s-%d-%d.git", stockFormat, s.articles, s.commits))
	if _, err := os.Stat(git); err == nil {
		return git
	}
	half := git + ".half"
	for _, err := range []error{os.RemoveAll(half), os.MkdirAll(cache, 0o700)} {
		if err != nil {
			tb.Fatal(err)
		}
	}
	s.build(tb, half)
	if err := os.Rename(half, git); err != nil {
		tb.Fatal(err)
	}
	return git
}

// place puts a copy into a data folder, as somebody does who has nothing but a
// copy of the repository.
func (s stock) place(tb testing.TB, cache string) (data string) {
	tb.Helper()
	data = tb.TempDir()
	if err := os.CopyFS(filepath.Join(data, gitrepo.Folder), os.DirFS(s.in(tb, cache))); err != nil {
		tb.Fatal(err)
	}
	return data
}

func TestStockIsARepositoryOfOurs(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	small := stock{articles: 40, commits: 200}
	cache := t.TempDir()
	data := small.place(t, cache)
	p := derived(t, data)
	if len(p.texts) != 40 || len(p.revisions) != 200 {
		t.Fatalf("%d texts, %d versions", len(p.texts), len(p.revisions))
	}
	attached := 0
	for _, r := range p.revisions {
		if r.Change != content.ChangeMaterial {
			t.Errorf("%s is %q", r.ID, r.Change)
		}
	}
	app := openHere(t, data)
	defer func() { must(t, app.Close()) }()
	for _, a := range p.texts {
		list, err := app.Library.Attachments(t.Context(), app.Operator(), a.ID)
		must(t, err)
		attached += len(list)
	}
	if attached != 4 {
		t.Errorf("%d attachments", attached)
	}
	again := small.place(t, cache)
	same(t, "texts", derived(t, again).texts, p.texts)
}
