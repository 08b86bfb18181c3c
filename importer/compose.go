package importer

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"staffelstab/content"
	"staffelstab/importer/cmark"
	"staffelstab/internal/fault"
	"staffelstab/internal/i18n"
)

// Bounds of the front matter, from package content.
const (
	maxTitle  = 300 // characters
	maxTopics = 100
)

// dateStamp is how a report writes the time of a document.
const dateStamp = time.RFC3339

// compose makes the article of a document and measures what it kept.
func (r *run) compose(ctx context.Context, d *Document, current *Current, entry *Entry) (Incoming, error) {
	incoming := Incoming{
		ID: idOf(d), Kind: d.Kind, Title: cut(d.Title, maxTitle), Path: d.Path,
		When: d.Revised, Message: cut(d.Title, maxTitle),
		Trailers: []content.Trailer{{Key: content.TrailerNotes, Value: d.Origin.UNID}, {Key: content.TrailerImportRun, Value: r.Run}},
	}
	err := r.hidePictures(ctx, d, entry)
	if err != nil {
		return incoming, err
	}
	incoming.Attachments = d.Attachments
	if other, ok := r.ids[incoming.ID]; ok && other != d.Origin.Key() {
		return incoming, fault.New(fault.Conflict, "importer.id-taken", "path", other.UNID)
	}
	r.ids[incoming.ID] = d.Origin.Key()
	if r.Pseudonym != nil {
		incoming.AuthorKey = r.Pseudonym(d.Author)
	}
	var answers []*answer
	if k := r.survey.known[d.Origin.Key()]; k != nil {
		answers = k.answers
	}
	if d.Markdown != nil {
		incoming.Markdown = d.Markdown
		incoming.Trailers = incoming.Trailers[1:]
		incoming.Stand = standOf(incoming.Markdown, d.Attachments)
	} else {
		incoming.Trailers = append(incoming.Trailers, d.Origin.trailers(d.Created)...)
		if incoming.Markdown, err = r.file(ctx, d, incoming, current, answers, entry); err != nil {
			return incoming, err
		}
		_, incoming.Stand = splitStand(incoming.Markdown)
	}
	parsed, err := content.ParseDocument("index.md", incoming.Markdown)
	if err != nil {
		return incoming, err
	}
	return incoming, r.measure(ctx, d, parsed, answers, entry)
}

// hidePictures renames pictures of which cannot be taken out where they were
// taken: they are kept as files to be downloaded, and the texts that showed them
// link to them.
func (r *run) hidePictures(ctx context.Context, d *Document, entry *Entry) error {
	hidden := map[string]string{}
	for i, a := range d.Attachments {
		if r.Showable == nil || !content.IsImage(a.Name) {
			continue
		}
		shown, err := r.Showable(ctx, a.Name, a.Open)
		if err != nil {
			return err
		}
		if !shown {
			d.Attachments[i].Name = original(a.Name, d.Attachments)
			hidden[a.Name] = d.Attachments[i].Name
			entry.note(r.Catalogue, NewNote(true, "importer.picture-not-shown", "name", a.Name))
		}
	}
	if len(hidden) > 0 {
		cmark.EachSpan(d.Blocks, func(s *cmark.Span) {
			if to := hidden[s.Image]; to != "" {
				s.Text, s.Image, s.Link = " "+cmp.Or(s.Text, s.Image)+" ", "", url.PathEscape(to) // words beside a picture stay words
			} else if to := renamed(s.Link, hidden); to != "" {
				s.Link = to
			}
		})
		if d.Renamed == nil {
			for i, l := range d.Links {
				d.Links[i].Leads = cmp.Or(renamed(l.Leads, hidden), l.Leads)
			}
		}
	}
	if len(hidden) > 0 && d.Renamed != nil {
		d.Renamed(d, hidden)
	}
	return nil
}

// renamed is where a link to a file beside the text leads when that got another name.
func renamed(link string, names map[string]string) string {
	name, err := url.PathUnescape(link)
	if to := names[name]; err == nil && to != "" {
		return url.PathEscape(to)
	}
	return ""
}

// original is what a picture is called that is kept to be downloaded, and what no
// other file is called.
func original(name string, files []Attachment) string {
	for n := 1; ; n++ {
		out := content.OriginalName(name)
		if n > 1 {
			out = content.OriginalName(strconv.Itoa(n) + "-" + name)
		}
		if !slices.ContainsFunc(files, func(a Attachment) bool { return strings.EqualFold(a.Name, out) }) {
			return out
		}
	}
}

// file writes front matter and text.
func (r *run) file(ctx context.Context, d *Document, incoming Incoming, current *Current, answers []*answer, entry *Entry) ([]byte, error) {
	h, err := r.headOf(ctx, d, current, entry)
	if err != nil {
		return nil, err
	}
	h.stand = noStand
	file, err := frontMatter(d, incoming, h, r.body(ctx, d, current, answers, entry))
	if err != nil {
		return nil, err
	}
	plain, _ := splitStand(file)
	return bytes.Replace(file, []byte("stand: "+noStand), []byte("stand: "+standOf(plain, d.Attachments)), 1), nil
}

// head is what the front matter says beyond the document itself.
type head struct {
	also    []Key // documents that became one with it
	binding content.Binding
	proof   []string // sentences of the text that make it binding
	stand   string
}

// headOf finds out what people decided about a document. Whether a standard
// binds is theirs to say, and only where a department answers for it.
func (r *run) headOf(ctx context.Context, d *Document, current *Current, entry *Entry) (head, error) {
	h := head{also: r.also(d, current)}
	k := r.survey.known[d.Origin.Key()]
	if !d.Kind.IsStandard() {
		return h, nil
	}
	h.binding = content.BindingUnchecked
	owned, err := r.owned(ctx, d.Department)
	if err != nil {
		return h, err
	}
	decision, ok := r.Decisions.Find(d.Origin.Key().String(), ChooseBinding, ChooseNotBinding)
	ok = ok && k != nil && decision.Fingerprint == k.fingerprint
	switch {
	case !owned && ok:
		entry.note(r.Catalogue, r.report.unowned(d.Department, true))
	case !owned && d.Binding != nil:
		entry.note(r.Catalogue, r.report.unowned(d.Department, false))
	case ok && decision.Choice == ChooseBinding:
		h.binding, h.proof = content.BindingYes, d.Binding.proof(d.Visible)
	case ok:
		h.binding = content.BindingNo
	}
	if ok && owned {
		entry.Decided = string(h.binding)
	}
	entry.todoBinding(r.Catalogue, d, h.binding)
	return h, nil
}

// also lists the documents that became one with a document or stand below it: in
// this run, and in an earlier one of which the source now says nothing. Their old
// addresses lead to it.
func (r *run) also(d *Document, current *Current) []Key {
	var out []Key
	if k := r.survey.known[d.Origin.Key()]; k != nil {
		out = slices.Clone(k.also)
		for _, a := range k.answers[:min(len(k.answers), max(0, maxMerged-len(out)))] {
			out = append(out, a.key)
		}
	}
	if current == nil {
		return out
	}
	was, _ := content.ParseDocument("index.md", current.Markdown)
	for _, key := range was.Meta.Origin.Also {
		if k := (Key(key)); !r.survey.brings(k) && !slices.Contains(out, k) && len(out) < maxMerged {
			out = append(out, k)
		}
	}
	slices.SortFunc(out, func(a, b Key) int { return strings.Compare(a.String(), b.String()) })
	return out
}

// owned reports whether a department answers for its entries.
func (r *run) owned(ctx context.Context, department string) (bool, error) {
	if department == "" || r.Owner == nil {
		return department != "", nil
	}
	return r.Owner(ctx, department)
}

// body writes the text with its answers below.
func (r *run) body(ctx context.Context, d *Document, current *Current, answers []*answer, entry *Entry) string {
	kept, fresh := r.keptAnswers(current, answers, entry)
	if kept == "" {
		return cmark.Markdown(r.blocks(ctx, d, answers))
	}
	body := cmark.Markdown(r.blocks(ctx, d, nil)) + "\n## " + r.text("importer.answers-heading") + "\n" + kept
	if len(fresh) > 0 {
		body += "\n" + cmark.Markdown(r.dressed(answerBlocks(fresh)))
	}
	return body
}

// answerBlocks are answers as they stand below their question.
func answerBlocks(answers []*answer) []cmark.Block {
	var blocks []cmark.Block
	for _, a := range answers {
		blocks = append(blocks, heading(3, a.title))
		blocks = append(blocks, cmark.Lower(a.blocks, 2)...)
	}
	return blocks
}

// blocks returns the text with its answers below, earliest first as in the
// source, and a word for every image nobody described and everything that could
// only be shown by running it.
func (r *run) blocks(ctx context.Context, d *Document, answers []*answer) []cmark.Block {
	blocks := slices.Concat(r.replyTo(ctx, d), d.Blocks)
	if len(answers) > 0 {
		blocks = append(blocks[:len(blocks):len(blocks)], heading(2, r.text("importer.answers-heading")))
		blocks = append(blocks, answerBlocks(answers)...)
	}
	return r.dressed(blocks)
}

// dressed puts words into spans that have none.
func (r *run) dressed(blocks []cmark.Block) []cmark.Block {
	return cmark.EachSpan(blocks, func(s *cmark.Span) {
		if s.Key != "" {
			s.Text, s.Key = r.text(s.Key), ""
		}
		if s.Image != "" && strings.TrimSpace(s.Text) == "" {
			s.Text = r.text("importer.image-without-text")
		}
	})
}

// keptAnswers is the part of an article with the answers an earlier run brought,
// when this source does not bring all of them: an export of what changed lately
// may hold the question alone. fresh are the answers that are new to it. Where one
// of those answers is withheld now, none is kept; nor is one that is known to be
// gone, if it is not among others of which nobody knows.
func (r *run) keptAnswers(current *Current, answers []*answer, entry *Entry) (kept string, fresh []*answer) {
	if current == nil {
		return "", answers
	}
	was, _ := content.ParseDocument("index.md", current.Markdown)
	unseen, secret := 0, false
	var gone []Key
	for _, also := range was.Meta.Origin.Also {
		key := Key(also)
		switch {
		case r.gone(key):
			gone = append(gone, key)
		case !r.survey.brings(key):
			unseen++
		}
		k := r.survey.known[key]
		secret = secret || k != nil && !k.published && k.into == (Key{})
	}
	above := []byte("\n## " + r.text("importer.answers-heading") + "\n")
	at := bytes.LastIndex(was.Body, above) // the question may have such a heading of its own
	if at < 0 {
		return "", answers
	}
	block := string(was.Body[at+len(above):])
	if unseen == 0 {
		if becomes := cmark.Markdown(r.dressed(answerBlocks(answers))); len(gone) > 0 && strings.TrimSpace(becomes) != strings.TrimSpace(block) {
			entry.note(r.Catalogue, NewNote(true, "importer.answers-gone", "n", len(gone)))
		}
		r.dropAnswers(gone)
		return "", answers
	}
	if secret { // nobody can tell which of the words are its
		entry.note(r.Catalogue, NewNote(true, "importer.answers-dropped", "n", unseen))
		return "", answers
	}
	for _, a := range answers {
		if !slices.Contains(was.Meta.Origin.Also, content.NotesKey(a.key)) {
			fresh = append(fresh, a)
		}
	}
	if len(fresh) < len(answers) {
		entry.note(r.Catalogue, NewNote(true, "importer.answers-incomplete"))
	}
	entry.note(r.Catalogue, NewNote(false, "importer.answers-kept", "n", unseen+len(gone)))
	return block, fresh
}

// dropAnswers remembers those whose words are no longer in the article of their question.
func (r *run) dropAnswers(answers []Key) {
	for _, key := range answers {
		r.dropped[key] = true
	}
}

// replyTo leads from a text of its own to the one it answers.
func (r *run) replyTo(ctx context.Context, d *Document) []cmark.Block {
	if d.Parent == "" || d.Conflict {
		return nil
	}
	target, ok := r.resolve(ctx, Key{d.Origin.ReplicaID, d.Parent})
	if !ok || target.ID == idOf(d) {
		return nil
	}
	return []cmark.Block{cmark.Paragraph{Spans: []cmark.Span{
		{Text: r.text("importer.reply-to") + " "}, {Text: cmp.Or(target.Title, d.Parent), Link: content.Address(target.ID)},
	}}}
}

func heading(level int, text string) cmark.Heading {
	return cmark.Heading{Level: level, Spans: []cmark.Span{{Text: text}}}
}

func (r *run) text(key string) string { return r.Catalogue.Text(i18n.German, key, nil) }

// frontMatter writes the whole file.
func frontMatter(d *Document, incoming Incoming, h head, body string) ([]byte, error) {
	notes := map[string]any{"unid": d.Origin.UNID, "replik": d.Origin.ReplicaID}
	for key, value := range map[string]string{"datenbank": d.Origin.Database, "form": d.Origin.Form, "stand": h.stand} {
		if value != "" {
			notes[key] = value
		}
	}
	var also []any
	for _, k := range h.also {
		also = append(also, map[string]any{"replik": k.ReplicaID, "unid": k.UNID})
	}
	if also != nil {
		notes["auch"] = also
	}
	origin := map[string]any{"notes": notes}
	if d.DevKind != "" {
		origin["dev_art"] = d.DevKind
	}
	fields := present([]content.Field{
		{Key: "id", Value: string(incoming.ID)},
		{Key: "art", Value: string(d.Kind)},
		{Key: "titel", Value: incoming.Title},
		{Key: "bereich", Value: d.Department},
		{Key: "themen", Value: d.Topics[:min(len(d.Topics), maxTopics)]},
		{Key: "verbindlich", Value: string(h.binding)},
		{Key: "verbindlich_belege", Value: h.proof},
		{Key: "gueltig_ab", Value: string(d.ValidFrom)},
		{Key: "herkunft", Value: origin},
	})
	source, err := content.Document{Path: "index.md"}.WithFields(fields...)
	if err != nil {
		return nil, fault.New(fault.Invalid, "importer.front-matter-failed").Because(err)
	}
	return append(source, "\n"+body...), nil
}

func present(fields []content.Field) []content.Field {
	var out []content.Field
	for _, f := range fields {
		if s, ok := f.Value.(string); ok && s == "" {
			continue
		}
		if l, ok := f.Value.([]string); ok && len(l) == 0 {
			continue
		}
		out = append(out, f)
	}
	return out
}

// A stand names what an import wrote: a hash of the file without the stand
// itself and a hash of the attachments. It lets the next run tell whether a
// person changed the text since, from the file alone.
var standLine = regexp.MustCompile(`(?m)^[ ]+stand: ["']?(v1-[0-9a-f]{16}-[0-9a-f]{8})["']?[ ]*\r?\n`)

// noStand holds the place of a stand while the file it names is put together.
const noStand = "v1-0000000000000000-00000000"

func standOf(file []byte, attachments []Attachment) string {
	text := sha256.Sum256(file)
	files := sha256.New()
	for _, a := range attachments {
		files.Write([]byte(a.Name + "\x00" + a.SHA256 + "\n"))
	}
	return "v1-" + hex.EncodeToString(text[:8]) + "-" + hex.EncodeToString(files.Sum(nil)[:4])
}

// splitStand takes the stand out of a file.
func splitStand(file []byte) (without []byte, stand string) {
	end := bytes.Index(file, []byte("\n---"))
	if end < 0 {
		return file, ""
	}
	m := standLine.FindSubmatchIndex(file[:end+1])
	if m == nil {
		return file, ""
	}
	return append(bytes.Clone(file[:m[0]]), file[m[1]:]...), string(file[m[2]:m[3]])
}

// isOwn reports whether a file is as an import wrote it.
func isOwn(file []byte) bool {
	text, stand := splitStand(file)
	return stand != "" && strings.HasPrefix(standOf(text, nil), stand[:len("v1-")+16])
}

// untouched reports whether a file is as an import wrote it, but for what people
// confirmed at the desk, that it binds or was looked at: that is no work on the
// text.
func untouched(file []byte) bool {
	if isOwn(file) {
		return true
	}
	d, err := content.ParseDocument("index.md", file)
	if err != nil {
		return false
	}
	reviewed := []content.Field{{Key: "geprueft_am"}, {Key: "naechste_pruefung"}}
	bound := append(reviewed, content.Field{Key: "verbindlich", Value: string(content.BindingUnchecked)}, content.Field{Key: "verbindlich_belege"})
	for _, fields := range [][]content.Field{reviewed, bound} {
		if before, err := d.WithFields(fields...); err == nil && isOwn(before) {
			return true
		}
	}
	return false
}

// measure compares what people saw in the source with what they will see.
func (r *run) measure(ctx context.Context, d *Document, parsed content.Document, answers []*answer, entry *Entry) error {
	page, err := r.Renderer.Render(ctx, parsed.Body, func(target string, _ bool) (string, string, bool) { return target, "", true })
	if err != nil {
		return fault.New(fault.Invalid, "importer.not-rendered").Because(err)
	}
	if d.Markdown != nil { // taken over as it is
		d.Visible = TextOfHTML(page.HTML)
	}
	shown := tallyOf(parsed.Meta.Title, TextOfHTML(page.HTML))
	entry.LettersIn, entry.LettersOut = shown.take(d.Visible)
	for _, a := range answers {
		a.in, a.out = shown.take(a.visible)
		_, a.kept = linksKept(a.links, page.HTML)
		entry.balanceAnswer(r.Catalogue, a)
	}
	_, entry.LinksOut = linksKept(d.Links, page.HTML)
	entry.AttachmentsOut = len(d.Attachments)
	entry.balance(r.Catalogue)
	entry.Date = d.Revised.UTC().Format(dateStamp)
	return nil
}

func cut(s string, limit int) string {
	if runes := []rune(s); len(runes) > limit {
		return strings.TrimSpace(string(runes[:limit-1])) + "…"
	}
	return s
}
