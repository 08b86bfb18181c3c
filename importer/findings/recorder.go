package findings

import (
	"cmp"
	"context"
	"slices"
	"time"

	"staffelstab/content/legacy"
	"staffelstab/importer"
	"staffelstab/importer/duplicates"
	"staffelstab/internal/account"
)

// Recorder tells the desk what a run finds while it goes on.
type Recorder struct {
	desk    *legacy.Desk
	actor   account.Actor
	run     string
	at      time.Time
	dry     bool // the run only plans
	waiting []legacy.Document
	n       int
}

// NewRecorder returns the recorder of a run. The actor is the operator; dry says
// that the run only plans.
func NewRecorder(desk *legacy.Desk, actor account.Actor, run string, at time.Time, dry bool) *Recorder {
	return &Recorder{desk: desk, actor: actor, run: run, at: at, dry: dry}
}

// batchSize is how many documents go into one transaction.
const batchSize = 200

// Found takes what a run found of a document; it is importer.Options.Found. Of
// one that is confidential only numbers are kept.
func (r *Recorder) Found(ctx context.Context, f importer.Finding) error {
	if f.Entry.UNID == "" { // a file that holds no documents, or one that cannot be named
		return nil
	}
	d := documentOf(f.Entry, r.run, r.n)
	r.n++
	d.Visible, d.Fingerprint, d.Restricted = f.Visible, f.Fingerprint, f.Restricted
	d.Revised, d.Stamp, d.Planned = f.Revised, legacy.Stamp(f.Stamp), r.dry
	if f.Confidential {
		d.Title, d.Evidence, d.Notes = "", nil, nil
	}
	r.waiting = append(r.waiting, d)
	if len(r.waiting) < batchSize {
		return nil
	}
	return r.flush(ctx)
}

func (r *Recorder) flush(ctx context.Context) error {
	if len(r.waiting) == 0 {
		return nil
	}
	err := r.desk.Record(ctx, r.actor, r.waiting)
	r.waiting = r.waiting[:0]
	return err
}

// End keeps the run with its totals and the pairs it found.
func (r *Recorder) End(ctx context.Context, report *importer.Report) error {
	if err := r.flush(ctx); err != nil {
		return err
	}
	run := legacy.Run{ID: r.run, Source: report.Source, At: r.at.UTC(), Dry: report.DryRun, Totals: Totals(report)}
	return r.desk.EndRun(ctx, r.actor, run, questionsOf(report), report.Compared)
}

// questionsOf are the pairs of a report a person has to decide about. Of texts
// that are merely alike only the closest are; the report lists all.
func questionsOf(report *importer.Report) []legacy.Question {
	kinds := map[duplicates.Class]legacy.Kind{
		duplicates.Identical: legacy.Identical, duplicates.Contained: legacy.Contained, duplicates.Contradicting: legacy.Contradicting,
		duplicates.Similar: legacy.Alike,
	}
	near := closest(report.Pairs)
	var out []legacy.Question
	for _, p := range report.Pairs {
		kind, ok := kinds[p.Class]
		if p.Conflict != "" { // whatever the two have in common, only one of them is here
			kind, ok = legacy.Contradicting, true
		}
		switch {
		case !ok, p.Merged && p.Decision == "": // the machine was told to merge what is the same
			continue
		case kind == legacy.Alike && !near[p.Subject()]:
			continue
		}
		q := legacy.Question{
			Subject: p.Subject(), Kind: kind, Department: cmp.Or(p.FirstDepartment, p.SecondDepartment), Title: cmp.Or(p.FirstTitle, p.SecondTitle),
			Other: otherDepartment(p), Fingerprint: p.Fingerprint, Run: report.Run, First: keyOf(p.First), Second: keyOf(p.Second), Share: p.Share,
		}
		for _, d := range p.Differences {
			q.Differences = append(q.Differences, legacy.Difference(d))
		}
		out = append(out, q)
	}
	return out
}

// closestAlike is how many texts that are merely alike somebody is asked about for
// each text. Forms and minutes are alike by the thousand.
const closestAlike = 3

// closest are the subjects of the pairs of texts that are merely alike which are
// worth somebody's eyes: those somebody decided about, then the closest ones,
// until each of the two has enough. What the machine put into another text is
// compared by that one.
func closest(pairs []importer.Pair) map[string]bool {
	var alike []importer.Pair
	gone := map[importer.Key]bool{}
	for _, p := range pairs {
		switch {
		case p.Merged && p.Decision == "":
			gone[p.Second] = true
		case p.Class == duplicates.Similar && p.Conflict == "":
			alike = append(alike, p)
		}
	}
	decided := func(p importer.Pair) int {
		if p.Decision != "" {
			return 0
		}
		return 1
	}
	slices.SortFunc(alike, func(a, b importer.Pair) int {
		return cmp.Or(cmp.Compare(decided(a), decided(b)), cmp.Compare(b.Share, a.Share), cmp.Compare(a.Subject(), b.Subject()))
	})
	out, asked := map[string]bool{}, map[importer.Key]int{}
	for _, p := range alike {
		full := asked[p.First] >= closestAlike || asked[p.Second] >= closestAlike || gone[p.First] || gone[p.Second]
		if full && p.Decision == "" {
			continue
		}
		out[p.Subject()] = true
		asked[p.First]++
		asked[p.Second]++
	}
	return out
}

// otherDepartment is the second one a pair is asked in.
func otherDepartment(p importer.Pair) string {
	if p.FirstDepartment == "" || p.FirstDepartment == p.SecondDepartment {
		return ""
	}
	return p.SecondDepartment
}

func keyOf(k importer.Key) legacy.Key { return legacy.Key{Replica: k.ReplicaID, UNID: k.UNID} }

// Earlier tells what earlier runs told the desk of documents; it is
// importer.Options.Earlier.
func Earlier(desk *legacy.Desk, actor account.Actor) func(context.Context, ...importer.Key) (map[importer.Key]importer.Earlier, error) {
	return func(ctx context.Context, keys ...importer.Key) (map[importer.Key]importer.Earlier, error) {
		asked := make([]legacy.Key, len(keys))
		for i, k := range keys {
			asked[i] = keyOf(k)
		}
		past, err := desk.Past(ctx, actor, asked)
		out := make(map[importer.Key]importer.Earlier, len(past))
		for k, p := range past {
			out[importer.Key{ReplicaID: k.Replica, UNID: k.UNID}] = importer.Earlier{
				Article: p.Article, Withheld: p.Withheld, Restricted: p.Restricted, Read: importer.Stamp(p.Read), Brought: importer.Stamp(p.Brought),
			}
		}
		return out, err
	}
}

// Decisions are the answers of people in the form a run follows. What only says
// that a text was looked at is no business of a run.
func Decisions(list []legacy.Decision) *importer.Decisions {
	out := &importer.Decisions{}
	for _, d := range list {
		if choice := importer.Choice(d.Choice); choice.Valid() {
			out.Put(importer.Decision{Subject: d.Subject, Choice: choice, Fingerprint: d.Fingerprint, By: d.By, At: d.At, Note: d.Note})
		}
	}
	return out
}

// Answers are the decisions of a file in the form the desk keeps.
func Answers(decisions *importer.Decisions) []legacy.Decision {
	var out []legacy.Decision
	for _, d := range decisions.All() {
		about := legacy.AboutBinding
		switch d.Choice {
		case importer.ChooseMerge, importer.ChooseFirst, importer.ChooseSecond, importer.ChooseBoth:
			about = legacy.AboutPair
		case importer.ChoosePublish, importer.ChooseWithhold:
			about = legacy.AboutReaders
		}
		out = append(out, legacy.Decision{Subject: d.Subject, About: about, Choice: legacy.Choice(d.Choice), Fingerprint: d.Fingerprint, By: d.By, At: d.At, Note: d.Note})
	}
	return out
}
