package content

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// ConflictMarks are the words that show in a proposal where a text and its source
// say different things.
type ConflictMarks struct {
	Here, There string                               // above what the text says, and what the source says
	Field       func(key, here, there string) string // about a front matter key
}

// Reconcile proposes the newer state of a text that comes from outside, where
// people changed the text since its owner placed base. Both changes are joined;
// where they contradict each other both stand in the proposal, marked, and those
// who write for the department may bring them together. state names what is
// placed: the same state is proposed once. An earlier proposal of the owner that
// still waits is replaced. It returns no proposal when the text says already
// what is placed, and Conflict when people turned this state down.
func (l *Library) Reconcile(ctx context.Context, actor account.Actor, p Placement, base []byte, state string, marks ConflictMarks) (Proposal, error) {
	if !actor.System {
		return Proposal{}, fault.New(fault.Forbidden, "content.operator-only")
	}
	placed, err := ParseDocument("index.md", p.Source)
	if err != nil {
		return Proposal{}, err
	}
	files, err := l.placedFiles(ctx, p, false)
	if err != nil {
		return Proposal{}, err
	}
	l.deciding.Lock()
	defer l.deciding.Unlock()
	operation := operationOf(p.Owner, placed.Meta.ID) + state
	again, err := l.Proposals.ProposalByOperation(ctx, operation)
	switch {
	case err == nil && again.State == ProposalWithdrawn:
		return Proposal{}, fault.New(fault.Conflict, "content.proposal-decided")
	case err == nil && again.State == ProposalDraft: // the process ended before it was submitted
		again.State, again.SubmittedAt = ProposalSubmitted, l.Now().UTC()
		return l.submit(ctx, actor, again)
	case err == nil:
		return again, nil
	case !fault.Is(err, fault.NotFound):
		return Proposal{}, err
	}
	next, err := l.reconciled(ctx, placed, base, files, marks)
	if err != nil || next.Article == "" {
		return Proposal{}, err
	}
	next.Author, next.Operation, next.Why = actor.Person.Pseudonym, operation, oneLine(p.Message)
	return l.offer(ctx, actor, next, operationOf(p.Owner, next.Article))
}

// reconciled joins a placed text with the text as it is. The proposal is about no
// article when there is nothing to decide.
func (l *Library) reconciled(ctx context.Context, placed Document, base []byte, files map[string][]byte, marks ConflictMarks) (Proposal, error) {
	current, err := l.Catalogue.Article(ctx, placed.Meta.ID)
	if err != nil {
		return Proposal{}, err
	}
	theirs, err := l.document(ctx, current)
	if err != nil {
		return Proposal{}, err
	}
	before, err := ParseDocument(current.Path, base)
	if err != nil && !fault.Is(err, fault.Invalid) {
		return Proposal{}, err
	}
	merge := MergeText(unixLines(before.Body), unixLines(placed.Body), unixLines(theirs.Body))
	var take []Field
	take, merge.Fields = mergeFields(before.Fields(), placed.Fields(), theirs.Fields())
	attachments, err := l.attachments(ctx, current)
	if err != nil {
		return Proposal{}, err
	}
	p := Proposal{Article: current.ID, Base: current.ETag, BaseRevision: current.Revision, Files: filesBrought(attachments, files), ChangedAt: l.Now().UTC()}
	take = withOrigin(take, placed)
	merge.Fields = slices.DeleteFunc(merge.Fields, func(c FieldConflict) bool { return c.Key == "herkunft" })
	body := merge.marked(marks)
	if onlyOrigin(take) && len(p.Files) == 0 && body == ensureNewline(unixLines(theirs.Body)) {
		return Proposal{}, nil
	}
	source, err := theirs.WithFields(take...)
	if err != nil {
		return Proposal{}, fault.New(fault.Invalid, "content.front-matter-broken").At(current.Path, 1).Because(err)
	}
	head, err := ParseDocument(current.Path, source)
	if err != nil {
		return Proposal{}, err
	}
	if p.Source, err = l.checked(ctx, head, body); err != nil {
		return Proposal{}, err
	}
	d, err := ParseDocument(current.Path, p.Source)
	if err != nil {
		return Proposal{}, err
	}
	p.ContentHash = d.proposedHash(attachmentsAfter(attachments, p.Files), theirs)
	p.Kind, p.Title, p.Department, p.Audience = d.Meta.Kind, d.Meta.Title, d.Meta.Department, d.Meta.Audience()
	p.Concerns = touched(current.Meta, d.Meta)
	p.Change, err = l.suggest(ctx, current, d)
	return p, err
}

// withOrigin lets the proposal say where it comes from as the placed text does:
// that is not for people to change.
func withOrigin(take []Field, placed Document) []Field {
	take = slices.DeleteFunc(take, func(f Field) bool { return f.Key == "herkunft" })
	return append(take, Field{"herkunft", placed.Fields()["herkunft"]})
}

// unixLines are the lines of a text as they are compared: some editors end them
// in another way and change nothing else.
func unixLines(body []byte) string { return normalLines(string(body)) }

func onlyOrigin(take []Field) bool { return len(take) == 1 && take[0].Key == "herkunft" }

// filesBrought are the placed files the text does not have as they are.
func filesBrought(attachments []Attachment, files map[string][]byte) []FileChange {
	var out []FileChange
	for name, pointer := range files {
		stored, _ := ParsePointer(pointer)
		same := slices.ContainsFunc(attachments, func(a Attachment) bool { return a.Name == name && a.SHA256 == stored.SHA256 })
		if !same {
			out = append(out, FileChange{Name: name, SHA256: stored.SHA256, Size: stored.Size})
		}
	}
	return joinFiles(nil, out)
}

// offer lays a proposal before those who decide, in place of an earlier one of
// the same owner that still waits.
func (l *Library) offer(ctx context.Context, actor account.Actor, p Proposal, owner string) (Proposal, error) {
	waiting, err := l.Proposals.Proposals(ctx, ProposalFilter{Open: true, Article: p.Article, Author: p.Author})
	if err != nil {
		return Proposal{}, err
	}
	i := slices.IndexFunc(waiting, func(w Proposal) bool { return strings.HasPrefix(w.Operation, owner) })
	if i >= 0 {
		p.ID, p.Version, p.CreatedAt = waiting[i].ID, waiting[i].Version, waiting[i].CreatedAt
	} else {
		p.ID, p.Version, p.CreatedAt, p.State = ProposalID(l.IDs.New()), 1, p.ChangedAt, ProposalDraft
		if err := l.Proposals.AddProposal(ctx, p); err != nil {
			return Proposal{}, err
		}
	}
	p.State, p.SubmittedAt = ProposalSubmitted, p.ChangedAt
	return l.submit(ctx, actor, p)
}

// marked is the joined text with both sides of every contradiction, each under
// words that say whose it is. "mine" is the source, "theirs" the text.
func (m Merge) marked(marks ConflictMarks) string {
	var b bytes.Buffer
	note := func(words string) {
		b.WriteString("> [!CAUTION]\n> " + strings.Join(strings.Fields(words), " ") + "\n\n")
	}
	apart := func() {
		switch text := b.String(); {
		case text == "", strings.HasSuffix(text, "\n\n"):
		case strings.HasSuffix(text, "\n"):
			b.WriteString("\n")
		default:
			b.WriteString("\n\n")
		}
	}
	for _, f := range m.Fields {
		apart()
		note(marks.Field(f.Key, f.Theirs, f.Mine))
	}
	for _, piece := range m.Pieces {
		if piece.Conflict == nil {
			b.WriteString(piece.Text)
			continue
		}
		for _, side := range []struct{ words, text string }{{marks.Here, piece.Conflict.Theirs}, {marks.There, piece.Conflict.Mine}} {
			apart()
			note(side.words)
			b.WriteString(side.text)
		}
		apart()
	}
	return b.String()
}

// changeableBy reports whether the actor may change a proposal: its author, and
// of what an import brought those who write for its department.
func (p Proposal) changeableBy(actor account.Actor) bool {
	return p.Author == actor.Person.Pseudonym || p.brought() && CanWriteFor(actor, p.Department)
}

// brought reports whether an import made the proposal.
func (p Proposal) brought() bool {
	return strings.Contains(p.Operation, "-"+string(p.Article)+"-")
}
