package content

import (
	"context"
	"path"
	"slices"
	"strings"
	"time"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// PlaceKind is what a passage stands in.
type PlaceKind string

// The kinds of place.
const (
	PlaceText     PlaceKind = "text"     // the body of a version
	PlaceField    PlaceKind = "field"    // its front matter
	PlaceMessage  PlaceKind = "message"  // the words about the change
	PlaceFile     PlaceKind = "file"     // plain text beside it, which is rewritten
	PlaceBinary   PlaceKind = "binary"   // another file whose words have it: it stays, or goes as a whole
	PlaceComment  PlaceKind = "comment"  // what somebody said about the text
	PlaceProposal PlaceKind = "proposal" // a change that was proposed
)

// Place is where a passage occurs, with what stands around it.
type Place struct {
	Kind     PlaceKind
	Revision RevisionID // of a version; empty for comments and proposals
	Name     string     // the key of the front matter, the file, the id of the comment or proposal
	At       time.Time
	Author   string // pseudonym
	Before   string
	After    string
}

// contextRunes is how much stands around a passage that is shown.
const contextRunes = 80

// placesLimit bounds what is shown; the redaction covers all.
const placesLimit = 200

// places lists where the passage or the attachment of a redaction stands, as
// far as the actor may see, and in how many versions. What the actor may not see
// is not looked at: an answer about it would tell its words.
func (l *Library) places(ctx context.Context, actor account.Actor, r Redaction) (list []Place, versions int, err error) {
	revisions, err := l.everyRevision(ctx, r.Article)
	if err != nil {
		return nil, 0, err
	}
	files := placesInFiles{library: l, passage: r.Passage, known: map[string]PlaceKind{}}
	for _, v := range revisions {
		if !CanSee(actor, v.Audience) {
			continue
		}
		found, err := l.placesInVersion(ctx, r, v, files)
		if err != nil {
			return nil, 0, err
		}
		if len(found) > 0 {
			versions++
		}
		list = append(list, found...)
	}
	if r.Passage != "" {
		said, err := l.placesInComments(ctx, actor, r)
		if err != nil {
			return nil, 0, err
		}
		proposed, err := l.placesInProposals(ctx, actor, r)
		if err != nil {
			return nil, 0, err
		}
		list = slices.Concat(list, said, proposed)
	}
	return list[:min(len(list), placesLimit)], versions, nil
}

func (l *Library) placesInVersion(ctx context.Context, r Redaction, v Revision, files placesInFiles) ([]Place, error) {
	var out []Place
	add := func(kind PlaceKind, name, words string) {
		p := Place{Kind: kind, Revision: v.ID, Name: name, At: v.At, Author: v.Author}
		if before, after, ok := strings.Cut(words, r.Passage); ok && r.Passage != "" {
			p.Before, p.After = lastRunes(before), firstRunes(after)
		}
		out = append(out, p)
	}
	if r.Passage != "" && strings.Contains(v.Message, r.Passage) {
		add(PlaceMessage, "", v.Message)
	}
	if v.Removed {
		return out, nil
	}
	source, err := l.Repository.Blob(ctx, v.Blob)
	if err != nil {
		return nil, err
	}
	if r.Passage != "" && strings.Contains(string(source), r.Passage) {
		d, _ := ParseDocument(v.Path, source) // what can be read is enough
		found := len(out)
		if strings.Contains(string(d.Body), r.Passage) {
			add(PlaceText, "", string(d.Body))
		}
		for key, value := range d.Fields() {
			if words := flatten(value); strings.Contains(words, r.Passage) {
				add(PlaceField, key, words)
			}
		}
		slices.SortFunc(out, func(a, b Place) int { return strings.Compare(string(a.Kind)+a.Name, string(b.Kind)+b.Name) })
		if len(out) == found { // over the bounds of a field, or in what is no front matter
			add(PlaceText, "", "")
		}
	}
	tree, err := l.Repository.Snapshot(ctx, v.Commit)
	if err != nil {
		return nil, err
	}
	beside, err := attachmentsBeside(tree, v.Path)
	if err == nil {
		beside, err = withSizes(tree, path.Dir(v.Path), beside)
	}
	if err != nil {
		return nil, err
	}
	for _, file := range beside {
		kind, err := files.kind(ctx, file)
		if err != nil {
			return nil, err
		}
		if kind != "" || r.takes(file.Name) {
			add(or(kind, PlaceFile), file.Name, "")
		}
	}
	return out, nil
}

// placesInFiles looks into each file once.
type placesInFiles struct {
	library *Library
	passage string
	known   map[string]PlaceKind
}

// kind is empty for a file without the passage. Of a file that is no plain text
// the words count that search knows.
func (p placesInFiles) kind(ctx context.Context, file Attachment) (PlaceKind, error) {
	if p.passage == "" {
		return "", nil
	}
	if known, ok := p.known[file.Hash]; ok {
		return known, nil
	}
	kind := PlaceKind("")
	found, err := p.library.plainFiles(p.passage).contains(ctx, file)
	switch {
	case err != nil:
		return "", err
	case found:
		kind = PlaceFile
	case file.SHA256 != "":
		words, err := p.library.Texts.FileText(ctx, file.SHA256)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return "", err
		}
		if strings.Contains(words, p.passage) {
			kind = PlaceBinary
		}
	}
	p.known[file.Hash] = kind
	return kind, nil
}

func (l *Library) placesInComments(ctx context.Context, actor account.Actor, r Redaction) ([]Place, error) {
	all, err := l.Comments(ctx, actor, r.Article)
	if err != nil {
		return nil, err
	}
	var out []Place
	for _, c := range all {
		for _, words := range []string{c.Section, c.Text, c.Answer} {
			if before, after, ok := strings.Cut(words, r.Passage); ok {
				out = append(out, Place{Kind: PlaceComment, Name: string(c.ID), At: c.At, Author: c.Author, Before: lastRunes(before), After: firstRunes(after)})
				break
			}
		}
	}
	return out, nil
}

func (l *Library) placesInProposals(ctx context.Context, actor account.Actor, r Redaction) ([]Place, error) {
	all, err := l.ListProposals(ctx, actor, ProposalFilter{Article: r.Article})
	if err != nil {
		return nil, err
	}
	var out []Place
	for _, p := range all {
		if p, err = l.Proposals.Proposal(ctx, p.ID); err != nil {
			return nil, err
		}
		votes, err := l.Proposals.Votes(ctx, p.ID)
		if err != nil {
			return nil, err
		}
		d, _ := ParseDocument("index.md", p.Source) // what can be read is enough
		said := []string{string(d.Body), p.Why, string(p.Source)}
		for _, v := range votes {
			said = append(said, v.Note)
		}
		i := slices.IndexFunc(said, func(words string) bool { return strings.Contains(words, r.Passage) })
		if i < 0 {
			continue
		}
		place := Place{Kind: PlaceProposal, Name: string(p.ID), At: p.ChangedAt, Author: p.Author}
		if i != 2 { // front matter is shown on the page of the proposal, not raw
			before, after, _ := strings.Cut(said[i], r.Passage)
			place.Before, place.After = lastRunes(before), firstRunes(after)
		}
		out = append(out, place)
	}
	return out, nil
}

func firstRunes(text string) string {
	runes := []rune(text)
	return string(runes[:min(len(runes), contextRunes)])
}

func lastRunes(text string) string {
	runes := []rune(text)
	return string(runes[max(0, len(runes)-contextRunes):])
}
