package store_test

import (
	"fmt"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/internal/fault"
	"staffelstab/server/store"
)

func TestProposalRoundTrip(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		want := filled[content.Proposal]()
		ok(t, s.AddProposal(t.Context(), want))
		wantEqual(t, "proposal", got(s.Proposal(t.Context(), want.ID))(t), want)
		wantEqual(t, "by operation", got(s.ProposalByOperation(t.Context(), want.Operation))(t), want)
		listed := want
		listed.Source = []byte{}
		wantEqual(t, "listed", got(s.Proposals(t.Context(), content.ProposalFilter{}))(t), []content.Proposal{listed})

		_, err := s.Proposal(t.Context(), "nobody")
		wantFault(t, err, fault.NotFound, "content.proposal-missing")
		_, err = s.ProposalByOperation(t.Context(), "")
		wantFault(t, err, fault.NotFound, "content.proposal-missing")
	})
}

func TestProposalIsReplacedOnlyAtItsVersion(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		p := filled[content.Proposal]()
		ok(t, s.AddProposal(t.Context(), p))
		p.Title, p.SubmittedAt, p.Audience = "Anders", time.Time{}, nil
		ok(t, s.UpdateProposal(t.Context(), p))
		wantFault(t, s.UpdateProposal(t.Context(), p), fault.Stale, "content.proposal-changed")
		stored := got(s.Proposal(t.Context(), p.ID))(t)
		wantEqual(t, "version", stored.Version, p.Version+1)
		wantEqual(t, "emptied fields", stored.SubmittedAt.IsZero() && len(stored.Audience) == 0 && stored.Title == "Anders", true)
	})
}

func TestProposalsAreListedByWhatWaitsLongest(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		for i, p := range []content.Proposal{
			{ID: "released", Article: "a", Author: "u-1", State: content.ProposalReleased, ChangedAt: noon},
			{ID: "draft", Article: "a", Author: "u-1", State: content.ProposalDraft, ChangedAt: noon.Add(time.Minute)},
			{ID: "late", Article: "b", Author: "u-2", State: content.ProposalSubmitted, SubmittedAt: noon.Add(time.Hour)},
			{ID: "early", Article: "a", Author: "u-1", State: content.ProposalSubmitted, SubmittedAt: noon},
		} {
			p.Operation = fmt.Sprint(i)
			ok(t, s.AddProposal(t.Context(), p))
		}
		for _, c := range []struct {
			filter content.ProposalFilter
			want   string
		}{
			{content.ProposalFilter{}, "early late draft released "},
			{content.ProposalFilter{Open: true}, "early late draft "},
			{content.ProposalFilter{Author: "u-1"}, "early draft released "},
			{content.ProposalFilter{Article: "b"}, "late "},
			{content.ProposalFilter{Article: "a", Author: "u-2"}, ""},
		} {
			ids := ""
			for _, p := range got(s.Proposals(t.Context(), c.filter))(t) {
				ids += string(p.ID) + " "
			}
			wantEqual(t, fmt.Sprintf("%+v", c.filter), ids, c.want)
		}
	})
}

func TestLastVoteOfAReviewerOnAWordingCounts(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		vote := filled[content.Vote]()
		other := vote
		other.Reviewer, other.At = "u-other", vote.At.Add(-time.Hour) // a clock that was set back
		ok(t, s.AddVote(t.Context(), vote))
		ok(t, s.AddVote(t.Context(), other))
		wantEqual(t, "votes", got(s.Votes(t.Context(), vote.Proposal))(t), []content.Vote{vote, other})
		vote.Approves, vote.Note = false, "doch nicht"
		ok(t, s.AddVote(t.Context(), vote))
		wantEqual(t, "votes", got(s.Votes(t.Context(), vote.Proposal))(t), []content.Vote{other, vote})
	})
}

func TestReleaseIsRecordedWithTheHead(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		for _, id := range []content.ProposalID{"p1", "p2"} {
			ok(t, s.AddProposal(t.Context(), content.Proposal{ID: id, Article: "a1", State: content.ProposalSubmitted, Operation: string(id)}))
		}
		releases := []content.Release{{Proposal: "p1", Article: "a1", Revision: "r-1", At: noon}, {Proposal: "p2", Article: "foreign", Revision: "r-1", At: noon}, {Proposal: "unknown", Article: "a1"}}
		wantFault(t, s.Append(t.Context(), content.Projection{From: "elsewhere", Head: "c1", Releases: releases}), fault.Stale, "store.ledger-moved")
		wantEqual(t, "state after a refused step", got(s.Proposal(t.Context(), "p1"))(t).State, content.ProposalSubmitted)
		ok(t, s.Append(t.Context(), content.Projection{Head: "c1", Releases: releases}))
		p := got(s.Proposal(t.Context(), "p1"))(t)
		wantEqual(t, "state", p.State, content.ProposalReleased)
		wantEqual(t, "revision and day", fmt.Sprintf("%s %t", p.Released, p.DecidedAt.Equal(noon)), "r-1 true")
		wantEqual(t, "proposal of another text", got(s.Proposal(t.Context(), "p2"))(t).State, content.ProposalSubmitted)
		ok(t, s.Replace(t.Context(), content.Projection{}))
		wantEqual(t, "state after emptying what follows Git", got(s.Proposal(t.Context(), "p1"))(t).State, content.ProposalReleased)
	})
}
