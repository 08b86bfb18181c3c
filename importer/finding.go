package importer

import (
	"cmp"
	"context"
	"slices"
	"time"

	"staffelstab/content"
	"staffelstab/importer/duplicates"
	"staffelstab/internal/fault"
)

// Finding is a document with what became of it, for whoever keeps the result of
// a run beyond its report. Of a document that not everybody may read it holds
// neither text nor evidence.
type Finding struct {
	Entry       Entry
	Visible     string       // what people saw in the source
	Revised     content.Date // last in the source; empty: unknown
	Stamp       Stamp        // of the state that was read
	Binding     *Binding     // proposal of a standard's binding, or nil
	Fingerprint string       // what a decision about the document is bound to
	// Confidential says that nothing of what it says may be told, Restricted that
	// this is because only some could read it: a person may decide otherwise.
	Confidential bool
	Restricted   bool
}

// found hands a document on whose fate is settled.
func (r *run) found(ctx context.Context, index int, d *Document, confidential bool) error {
	if r.Found == nil {
		return nil
	}
	f := Finding{Entry: r.report.Documents[index], Revised: r.day(d.Revised), Stamp: d.Stamp(), Confidential: confidential}
	f.Restricted = confidential && f.Entry.Status == StatusQuarantined && !d.Incomplete && len(d.Readers) > 0
	if k := r.survey.known[d.Origin.Key()]; k != nil {
		f.Fingerprint = k.fingerprint
	}
	if !confidential {
		f.Visible, f.Binding = d.Visible, d.Binding
	}
	return r.Found(ctx, f)
}

// day is the day of a time where the administration is.
func (r *run) day(t time.Time) content.Date {
	if t.IsZero() {
		return ""
	}
	return content.DateOf(t, cmp.Or(r.Place, time.UTC))
}

// foundAnswers hands on the documents that stand below others, in their order.
func (r *run) foundAnswers(ctx context.Context) error {
	if r.Found == nil {
		return nil
	}
	indexes := make([]int, 0, len(r.report.answers))
	for i := range r.report.answers {
		indexes = append(indexes, i)
	}
	slices.Sort(indexes)
	for _, i := range indexes {
		f := Finding{Entry: r.report.Documents[i]}
		if k := r.survey.known[Key{f.Entry.ReplicaID, f.Entry.UNID}]; k != nil {
			f.Fingerprint, f.Stamp = k.fingerprint, k.stamp
			if k.answer != nil {
				f.Visible, f.Revised = k.answer.visible, r.day(k.answer.revised)
			}
		}
		if err := r.Found(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// maxQuestions is how many pairs are named beside one document; all of them are
// in the report.
const maxQuestions = 10

// ask says beside a document what people have to decide about it.
func (r *run) ask(d *Document, entry *Entry) {
	key := d.Origin.Key()
	k := r.survey.known[key]
	if k == nil || k.ordinal != r.ordinal {
		return
	}
	for _, decision := range []Choice{ChoosePublish, ChooseWithhold, ChooseBinding, ChooseNotBinding} {
		if found, ok := r.Decisions.Find(key.String(), decision); ok && found.Fingerprint != k.fingerprint {
			entry.note(r.Catalogue, NewNote(true, "importer.decision-outdated"))
			break
		}
	}
	pairs := r.survey.questions(key)
	for i, p := range pairs {
		if i == maxQuestions {
			entry.note(r.Catalogue, NewNote(true, "importer.pair-more", "n", len(pairs)-i))
			break
		}
		entry.note(r.Catalogue, p.question(key))
	}
}

// question is what a pair means to one of its documents.
func (p Pair) question(key Key) Note {
	other := p.SecondTitle
	if key == p.Second {
		other = p.FirstTitle
	}
	note := "importer.pair-similar"
	switch {
	case p.Outdated:
		note = "importer.pair-outdated"
	case p.Conflict != "":
		note = "importer.pair-conflict"
	case p.Class == duplicates.Identical:
		note = "importer.pair-identical"
	case p.Class == duplicates.Contained:
		note = "importer.pair-contained"
	case p.Class == duplicates.Contradicting:
		note = "importer.pair-contradicting"
	}
	return NewNote(true, note, "title", cmp.Or(other, key.UNID))
}

// retiring is an article that is taken out of use at the end of the run.
type retiring struct {
	retirement Retirement
	entry      int
}

// intoAnother skips a document that became one with another. An article it had
// before is taken out of use, once the other one is written. A document whose
// other one nobody ever brought stays on its own.
func (r *run) intoAnother(ctx context.Context, d *Document, into Key, index int) (bool, error) {
	entry := &r.report.Documents[index]
	title := ""
	if root := r.survey.known[into]; root != nil {
		title = root.title
	} else {
		target, ok := r.there(ctx, into)
		if !ok {
			return false, nil
		}
		title = target.Title
		entry.note(r.Catalogue, NewNote(true, "importer.decision-unverified"))
	}
	entry.Status, entry.ID = StatusSkipped, string(ArticleID(into))
	current, err := r.target.Current(ctx, ArticleID(d.Origin.Key()))
	switch {
	case err != nil && !fault.Is(err, fault.NotFound):
		return true, err
	case err == nil && !untouched(current.Markdown):
		entry.note(r.Catalogue, NewNote(true, "importer.merged-changed", "path", current.Path, "title", cmp.Or(title, into.UNID)))
		return true, r.done(ctx, index, d, false)
	case err == nil && !r.dry:
		r.retired = append(r.retired, retiring{Retirement{ID: ArticleID(d.Origin.Key()), Base: current.Base, Message: cut(d.Title, maxTitle)}, index})
	}
	entry.note(r.Catalogue, r.survey.fate(d.Origin.Key(), cmp.Or(title, into.UNID)))
	return true, r.done(ctx, index, d, false)
}

// withhold looks for an article that an earlier run made of a document that is
// withheld now. Somebody has to know of it; where a person decided to withhold
// the document and nobody changed the article, it is taken out of use.
func (r *run) withhold(ctx context.Context, d *Document, index int) error {
	entry := &r.report.Documents[index]
	current, id, err := r.holding(ctx, d)
	if err != nil || current == nil {
		return err
	}
	if id != ArticleID(d.Origin.Key()) { // it stands in another text, with the words of others
		if question := r.question(d); r.survey.known[question] == nil || ArticleID(question) != id { // else it is taken out of there
			entry.note(r.Catalogue, NewNote(true, "importer.withheld-there", "path", current.Path))
		}
		return nil
	}
	decision, ok := r.Decisions.Find(d.Origin.Key().String(), ChooseWithhold)
	if !ok || decision.Fingerprint != r.survey.known[d.Origin.Key()].fingerprint || !untouched(current.Markdown) {
		entry.note(r.Catalogue, NewNote(true, "importer.withheld-there", "path", current.Path))
		return nil
	}
	entry.note(r.Catalogue, NewNote(false, "importer.withheld-archived", "path", current.Path))
	if !r.dry {
		r.retired = append(r.retired, retiring{Retirement{ID: id, Base: current.Base, Message: cut(d.Title, maxTitle)}, index})
	}
	return nil
}

// retire takes articles out of use that became one with others, or that are to be
// withheld. It comes last: the others are there by then.
func (r *run) retire(ctx context.Context) error {
	for _, each := range r.retired {
		err := r.target.Retire(ctx, each.retirement)
		if fault.Is(err, fault.Stale) || fault.Is(err, fault.Conflict) {
			r.report.Documents[each.entry].note(r.Catalogue, NewNote(true, "importer.still-there", "id", string(each.retirement.ID)))
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
}
