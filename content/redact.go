package content

import (
	"context"
	"path"
	"slices"
	"strings"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/notice"
)

// RedactionRequest is what somebody wants gone.
type RedactionRequest struct {
	Passage    string
	Attachment string
	Reason     string
}

// RedactionView is a redaction as a person sees it. The passage and its places
// are there only while the redaction is open and for those who decide or asked.
type RedactionView struct {
	Redaction Redaction
	Article   Article
	Places    []Place
	Versions  int // of the text that change, as far as the actor sees them; 0 in lists of what others ask for
	CanDecide bool
	Own       bool
}

// RequestRedaction asks for a passage or an attachment to be taken out of every
// version of a text.
func (l *Library) RequestRedaction(ctx context.Context, actor account.Actor, id ID, q RedactionRequest) (Redaction, error) {
	a, err := l.visible(ctx, actor, id)
	if err != nil {
		return Redaction{}, err
	}
	if !CanRequestRedaction(actor, a.Department) {
		return Redaction{}, fault.New(fault.Forbidden, "operate.may-not-request")
	}
	r := Redaction{
		ID: RedactionID("s-" + l.IDs.New()), Article: id, Department: a.Department, Passage: strings.ReplaceAll(q.Passage, "\r\n", "\n"), Attachment: q.Attachment,
		Reason: oneLine(q.Reason), State: RedactionRequested, RequestedBy: actor.Person.Pseudonym, RequestedAt: l.Now().UTC(),
	}
	if r.Reason == "" {
		return Redaction{}, fault.New(fault.Invalid, "operate.reason-missing").InField("reason")
	}
	if r.Passage != "" || r.Attachment == "" {
		if err := checkPassage(r.Passage); err != nil {
			return Redaction{}, err
		}
	}
	if r.Attachment != "" && path.Base(r.Attachment) != r.Attachment {
		return Redaction{}, fault.New(fault.Invalid, "operate.attachment-unknown").InField("attachment")
	}
	places, versions, err := l.places(ctx, actor, r)
	if err != nil {
		return Redaction{}, err
	}
	if r.Versions = versions; len(places) == 0 {
		if r.Passage == "" {
			return Redaction{}, fault.New(fault.Invalid, "operate.attachment-unknown").InField("attachment")
		}
		return Redaction{}, fault.New(fault.Invalid, "operate.passage-unknown").InField("passage")
	}
	if err := l.redactable(ctx, actor, r); err != nil {
		return Redaction{}, err
	}
	l.deciding.Lock()
	defer l.deciding.Unlock()
	if same, ok, err := l.sameRequest(ctx, r); ok || err != nil {
		return same, err
	}
	return r, l.auditRedaction(ctx, actor, "redaction.requested", r, func(ctx context.Context) error {
		if err := l.Redactions.AddRedaction(ctx, r); err != nil {
			return err
		}
		return l.tellDeciders(ctx, r)
	})
}

// redactable refuses a passage without which a version the actor sees could not
// be read any more.
func (l *Library) redactable(ctx context.Context, actor account.Actor, r Redaction) error {
	revisions, err := l.everyRevision(ctx, r.Article)
	if err != nil {
		return err
	}
	for _, v := range revisions {
		if v.Removed || !CanSee(actor, v.Audience) {
			continue
		}
		source, err := l.Repository.Blob(ctx, v.Blob)
		if err != nil {
			return err
		}
		if _, err := redactSource(v.Path, source, r.Passage); err != nil {
			return err
		}
	}
	return nil
}

// sameRequest finds what a request that is sent again made the first time.
func (l *Library) sameRequest(ctx context.Context, r Redaction) (Redaction, bool, error) {
	all, err := l.Redactions.Redactions(ctx)
	if err != nil {
		return Redaction{}, false, err
	}
	for _, o := range all {
		if o.State == RedactionRequested && o.Article == r.Article && o.Passage == r.Passage && o.Attachment == r.Attachment && o.RequestedBy == r.RequestedBy {
			return o, true, nil
		}
	}
	return Redaction{}, false, nil
}

// auditRedaction makes a change and notes who did what to which text, never what stood there.
func (l *Library) auditRedaction(ctx context.Context, actor account.Actor, action string, r Redaction, change func(context.Context) error) error {
	return l.Audit.Record(ctx, account.Event{
		ID: l.IDs.New(), At: l.Now().UTC(), Actor: actor.Person.ID, Action: action, Subject: string(r.Article), Detail: string(r.ID),
	}, change)
}

func (l *Library) tellDeciders(ctx context.Context, r Redaction) error {
	told := map[string]bool{}
	var notices []notice.Notice
	for _, role := range []account.Role{account.Reviewer, account.DataProtection} {
		people, err := l.People.Holders(ctx, role, r.Department, string(l.Today()))
		if err != nil {
			return err
		}
		for _, p := range people {
			if told[p.ID] || p.Pseudonym == r.RequestedBy {
				continue
			}
			told[p.ID] = true
			notices = append(notices, notice.Notice{
				ID: string(notice.RedactionRequested) + ":" + string(r.ID) + ":" + p.ID, Person: p.ID, Kind: notice.RedactionRequested,
				Article: string(r.Article), Subject: string(r.ID), At: r.RequestedAt,
			})
		}
	}
	return l.Notices.AddNotices(ctx, notices...)
}

// RedactionsFor lists the redactions of texts the actor may see and asks for or
// decides about, without the passages.
func (l *Library) RedactionsFor(ctx context.Context, actor account.Actor) ([]RedactionView, error) {
	if err := authorizeRead(actor); err != nil {
		return nil, err
	}
	if !SeesRedactions(actor) {
		return nil, fault.New(fault.Forbidden, "operate.no-redactions")
	}
	all, err := l.Redactions.Redactions(ctx)
	if err != nil {
		return nil, err
	}
	var out []RedactionView
	for _, r := range all {
		v, err := l.redactionView(ctx, actor, r)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		v.Redaction.Passage = ""
		if !v.Own && r.State == RedactionRequested {
			v.Versions = 0
		}
		out = append(out, v)
	}
	return out, nil
}

// RedactionOf returns a redaction with the places of its passage.
func (l *Library) RedactionOf(ctx context.Context, actor account.Actor, id RedactionID) (RedactionView, error) {
	if err := authorizeRead(actor); err != nil {
		return RedactionView{}, err
	}
	r, err := l.Redactions.Redaction(ctx, id)
	if err != nil {
		return RedactionView{}, err
	}
	v, err := l.redactionView(ctx, actor, r)
	if err != nil || r.State != RedactionRequested {
		v.Redaction.Passage = ""
		return v, err
	}
	v.Places, v.Versions, err = l.places(ctx, actor, r)
	v.Redaction.Versions = min(v.Versions, r.Versions) // of two people neither learns later how many only the other sees
	return v, err
}

// Binaries names the files that hold the passage and cannot be rewritten, each
// once.
func (v RedactionView) Binaries() []string {
	var out []string
	for _, p := range v.Places {
		if p.Kind == PlaceBinary && !slices.Contains(out, p.Name) {
			out = append(out, p.Name)
		}
	}
	return out
}

// redactionView is NotFound for those whom the redaction does not concern.
func (l *Library) redactionView(ctx context.Context, actor account.Actor, r Redaction) (RedactionView, error) {
	missing := fault.New(fault.NotFound, "operate.redaction-missing")
	a, err := l.visible(ctx, actor, r.Article)
	if fault.Is(err, fault.NotFound) {
		return RedactionView{}, missing
	}
	if err != nil {
		return RedactionView{}, err
	}
	v := RedactionView{Redaction: r, Article: a, Versions: r.Versions, Own: r.RequestedBy == actor.Person.Pseudonym, CanDecide: canDecideRedaction(actor, r, a.Department)}
	if !v.Own && !actor.HasIn(a.Department, account.Reviewer, account.DataProtection) {
		return RedactionView{}, missing
	}
	v.CanDecide = v.CanDecide && r.State == RedactionRequested
	return v, nil
}

// DeclineRedaction ends a request without changing anything; so may whoever
// asked. The passage is forgotten.
func (l *Library) DeclineRedaction(ctx context.Context, actor account.Actor, id RedactionID) error {
	l.deciding.Lock()
	defer l.deciding.Unlock()
	v, err := l.RedactionOf(ctx, actor, id)
	if err != nil {
		return err
	}
	r := v.Redaction
	switch {
	case !actor.CanWrite():
		return fault.New(fault.Forbidden, "content.read-only-access")
	case r.State != RedactionRequested:
		return fault.New(fault.Conflict, "operate.redaction-decided")
	case !v.Own && !v.CanDecide:
		return fault.New(fault.Forbidden, "operate.may-not-decide")
	}
	r.State, r.Passage, r.DecidedBy, r.DecidedAt = RedactionDeclined, "", actor.Person.Pseudonym, l.Now().UTC()
	return l.auditRedaction(ctx, actor, "redaction.declined", r, func(ctx context.Context) error { return l.Redactions.UpdateRedaction(ctx, r) })
}

// ApproveRedaction decides that the passage goes, and takes it out. With it go
// the files named of RedactionView.Binaries, from every version. Saves wait
// meanwhile. What a crash interrupts the next start finishes.
func (l *Library) ApproveRedaction(ctx context.Context, actor account.Actor, id RedactionID, files ...string) (Redaction, error) {
	l.deciding.Lock()
	defer l.deciding.Unlock()
	v, err := l.RedactionOf(ctx, actor, id)
	if err != nil {
		return Redaction{}, err
	}
	r := v.Redaction
	switch {
	case !actor.CanWrite():
		return Redaction{}, fault.New(fault.Forbidden, "content.read-only-access")
	case r.State != RedactionRequested:
		return Redaction{}, fault.New(fault.Conflict, "operate.redaction-decided")
	case v.Own:
		return Redaction{}, fault.New(fault.Forbidden, "operate.own-redaction")
	case !v.CanDecide:
		return Redaction{}, fault.New(fault.Forbidden, "operate.may-not-decide")
	}
	binaries := v.Binaries()
	for _, name := range files {
		if !slices.Contains(binaries, name) {
			return Redaction{}, fault.New(fault.Invalid, "operate.attachment-unknown").InField("files")
		}
	}
	r.Also = files
	r.State, r.DecidedBy, r.DecidedAt = RedactionApproved, actor.Person.Pseudonym, l.Now().UTC()
	if err := l.auditRedaction(ctx, actor, "redaction.approved", r, func(ctx context.Context) error { return l.Redactions.UpdateRedaction(ctx, r) }); err != nil {
		return Redaction{}, err
	}
	if err := l.carryOut(context.WithoutCancel(ctx), id); err != nil {
		return Redaction{}, err
	}
	return l.Redactions.Redaction(ctx, id)
}

// carryOut does what was approved, from whatever step it stands at.
func (l *Library) carryOut(ctx context.Context, id RedactionID) error {
	r, err := l.Redactions.Redaction(ctx, id)
	if err != nil {
		return err
	}
	if r.State == RedactionApproved {
		if err := l.rewriteFor(ctx, r); err != nil {
			return err
		}
	}
	return l.forget(ctx, id)
}

func (l *Library) rewriteFor(ctx context.Context, r Redaction) error {
	changed := false
	err := l.Rewriter.Rewrite(ctx, func(ctx context.Context) (Rewrite, error) {
		w, _, err := l.rewritePlan(ctx, r)
		if err != nil {
			return w, err
		}
		return w, l.nameRevisions(ctx, w, r.Article)
	}, func(ctx context.Context, from, to Commit) error {
		r.From, r.To = from, to
		err := l.Redactions.UpdateRedaction(ctx, r)
		r.Version++
		return err
	}, func(ctx context.Context, _, _ Commit) error {
		changed = true
		return l.recordRedaction(ctx, r)
	})
	if err != nil || changed {
		return err
	}
	return l.recordRedaction(ctx, r) // the versions were changed meanwhile; drafts may still hold it
}

// recordRedaction derives the database from the new history and redacts what
// else holds the passage, in one transaction. From then on nobody can reach it.
func (l *Library) recordRedaction(ctx context.Context, r Redaction) error {
	before, err := l.everyRevision(ctx, r.Article)
	if err != nil {
		return err
	}
	rows, err := l.rowRedaction(ctx, r, before)
	if err != nil {
		return err
	}
	finish := func(ctx context.Context) error {
		if err := l.Redactions.RedactRows(ctx, rows); err != nil {
			return err
		}
		if err := l.forgetSearchesWith(ctx, r.Passage); err != nil {
			return err
		}
		r.State, r.Reason, r.Passage, r.Files = RedactionPruning, rows.Text(r.Reason), "", rows.Files
		return l.Redactions.UpdateRedaction(ctx, r)
	}
	if r.To == "" {
		return l.Together.Together(ctx, finish)
	}
	return l.Projector.replace(ctx, r.To, func(ctx context.Context, p Projection) error {
		if err := l.pin(ctx, rows, byRevision(before, r.Article), byRevision(p.Revisions, r.Article)); err != nil {
			return err
		}
		return l.Together.Together(ctx, func(ctx context.Context) error {
			if err := l.Projector.ledger.Replace(ctx, p); err != nil {
				return err
			}
			return finish(ctx)
		})
	})
}

// rowRedaction finds what the database has to change besides hashes.
func (l *Library) rowRedaction(ctx context.Context, r Redaction, revisions []Revision) (RowRedaction, error) {
	rows := RowRedaction{
		Article: r.Article, Hashes: map[ContentHash]ContentHash{}, ETags: map[string]string{}, Questions: map[string]string{},
		Text: func(text string) string { return redactText(text, r.Passage) },
	}
	proposals, err := l.Proposals.Proposals(ctx, ProposalFilter{Article: r.Article})
	if err != nil {
		return rows, err
	}
	if err := l.filesThatGo(ctx, r, revisions, proposals, &rows); err != nil {
		return rows, err
	}
	rows.Proposals, err = l.redactProposals(ctx, r, proposals, rows)
	return rows, err
}

// pin finds what the hashes of the old versions are called now, so that
// whatever was pinned to one – an approval, a reading, an answer – stays so.
func (l *Library) pin(ctx context.Context, rows RowRedaction, before, after map[RevisionID]Revision) error {
	for id, was := range before {
		is, ok := after[id]
		if !ok || was.Removed {
			continue
		}
		if was.ContentHash != is.ContentHash {
			rows.Hashes[was.ContentHash] = is.ContentHash
		}
		if was.ETag != is.ETag {
			rows.ETags[was.ETag] = is.ETag
		}
		if was.Blob == is.Blob || l.Pins == nil {
			continue
		}
		old, err := l.Repository.Blob(ctx, was.Blob)
		if err != nil {
			return err
		}
		fresh, err := l.Repository.Blob(ctx, is.Blob)
		if err != nil {
			return err
		}
		for from, to := range l.pinnedIn(was.Path, old, fresh) {
			rows.Questions[from] = to
		}
	}
	return nil
}

func (l *Library) pinnedIn(name string, old, fresh []byte) map[string]string {
	was, _ := ParseDocument(name, old) // wrong front matter has questions all the same
	is, _ := ParseDocument(name, fresh)
	return l.Pins.Pinned(was.Meta.Kind, was.Body, is.Body, l.Renderer.Blocks(was.Body), l.Renderer.Blocks(is.Body))
}

// forget removes what still lies on the disk: rendered pages, the index, Git
// objects, the bytes of the attachment, deleted rows.
func (l *Library) forget(ctx context.Context, id RedactionID) error {
	r, err := l.Redactions.Redaction(ctx, id)
	if err != nil || r.State != RedactionPruning {
		return err
	}
	l.pages.clear()
	if err := l.Reindex(ctx); err != nil {
		return err
	}
	if err := l.removeStored(ctx, r.Files); err != nil {
		return err
	}
	if err := l.Rewriter.Prune(ctx); err != nil {
		return err
	}
	if err := l.Redactions.Scrub(ctx); err != nil {
		return err
	}
	r.State, r.From, r.To, r.Files = RedactionDone, "", "", nil
	return l.auditRedaction(ctx, account.SystemActor(""), "redaction.done", r, func(ctx context.Context) error { return l.Redactions.UpdateRedaction(ctx, r) })
}

// SettleRedactions finishes, before the database follows the repository, what
// was interrupted between the two.
func (l *Library) SettleRedactions(ctx context.Context) error {
	return l.eachUnfinished(ctx, func(r Redaction) error {
		at, err := l.Projector.ledger.LedgerHead(ctx)
		if err != nil || r.State != RedactionApproved || r.To == "" || l.Repository.Head() != r.To || at != r.From {
			return err
		}
		return l.recordRedaction(ctx, r)
	})
}

// ResumeRedactions carries out what was approved before the process ended.
func (l *Library) ResumeRedactions(ctx context.Context) error {
	return l.eachUnfinished(ctx, func(r Redaction) error { return l.carryOut(ctx, r.ID) })
}

func (l *Library) eachUnfinished(ctx context.Context, f func(Redaction) error) error {
	all, err := l.Redactions.Redactions(ctx)
	if err != nil {
		return err
	}
	for _, r := range all {
		if r.State == RedactionApproved || r.State == RedactionPruning {
			if err := f(r); err != nil {
				return err
			}
		}
	}
	return nil
}
