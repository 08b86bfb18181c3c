package store_test

import (
	"fmt"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/internal/fault"
	"staffelstab/internal/notice"
	"staffelstab/server/store"
)

func TestCommentRoundTrip(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		want := filled[content.Comment]()
		ok(t, s.AddComment(t.Context(), want))
		wantEqual(t, "comment", got(s.Comment(t.Context(), want.ID))(t), want)
		wantEqual(t, "by operation", got(s.CommentByOperation(t.Context(), want.Operation))(t), want)
		wantEqual(t, "listed", got(s.Comments(t.Context(), content.CommentFilter{Article: want.Article}))(t), []content.Comment{want})
		twice := want
		twice.ID = "other"
		wantFault(t, s.AddComment(t.Context(), twice), fault.Conflict, "")
		empty := content.Comment{ID: want.ID}
		ok(t, s.UpdateComment(t.Context(), empty))
		wantEqual(t, "emptied", got(s.Comment(t.Context(), want.ID))(t), empty)
		wantFault(t, s.UpdateComment(t.Context(), content.Comment{ID: "nobody"}), fault.NotFound, "talk.comment-missing")
		_, err := s.CommentByOperation(t.Context(), "")
		wantFault(t, err, fault.NotFound, "talk.comment-missing")
	})
}

func TestCommentsAreFiltered(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		for i, c := range []content.Comment{
			{ID: "late", Article: "a", Question: true, At: noon.Add(time.Hour)},
			{ID: "early", Article: "b", Question: true, At: noon},
			{ID: "said", Article: "a", At: noon, Author: "u-9"},
			{ID: "closed", Article: "a", Question: true, At: noon, ResolvedAt: noon},
			{ID: "answered", Article: "a", Question: true, At: noon.Add(time.Minute), Answer: "Ja", AnsweredAt: noon, TakenBy: "u-1"},
			{ID: "linked", Article: "a", Question: true, At: noon.Add(2 * time.Minute), Answer: "Ja", AnsweredAt: noon, TakenBy: "u-1", AnsweredIn: "r-1"},
		} {
			c.Operation = fmt.Sprint(i)
			ok(t, s.AddComment(t.Context(), c))
		}
		for _, c := range []struct {
			filter content.CommentFilter
			want   string
		}{
			{content.CommentFilter{Open: true}, "early late "},
			{content.CommentFilter{Open: true, Article: "a"}, "late "},
			{content.CommentFilter{Article: "a", TakenBy: "u-1"}, "answered "},
			{content.CommentFilter{Author: "u-9"}, "said "},
			{content.CommentFilter{Article: "a"}, "closed said answered linked late "},
		} {
			ids := ""
			for _, found := range got(s.Comments(t.Context(), c.filter))(t) {
				ids += string(found.ID) + " "
			}
			wantEqual(t, fmt.Sprintf("%+v", c.filter), ids, c.want)
		}
	})
}

func TestHelpfulTextsAreThoseThatHelpedEnough(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		for _, mark := range []string{"a p", "a q", "b p", "c p", "c q", "c r"} {
			ok(t, s.SetHelpful(t.Context(), content.ID(mark[:1]), mark[2:], true, noon))
		}
		wantEqual(t, "all", got(s.HelpfulTexts(t.Context(), nil, 2))(t), map[content.ID]int{"a": 2, "c": 3})
		wantEqual(t, "some", got(s.HelpfulTexts(t.Context(), []content.ID{"a", "b", "x"}, 2))(t), map[content.ID]int{"a": 2})
		wantEqual(t, "none", got(s.HelpfulTexts(t.Context(), []content.ID{}, 1))(t), map[content.ID]int{})
	})
}

func TestHelpfulCountsEverybodyOnce(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		for _, person := range []string{"p", "p", "q"} {
			ok(t, s.SetHelpful(t.Context(), "a", person, true, noon))
		}
		n, mine, err := s.Helpful(t.Context(), "a", "p")
		ok(t, err)
		wantEqual(t, "count and mine", fmt.Sprint(n, mine), "2 true")
		ok(t, s.SetHelpful(t.Context(), "a", "p", false, noon))
		n, mine, err = s.Helpful(t.Context(), "a", "p")
		ok(t, err)
		wantEqual(t, "taken back", fmt.Sprint(n, mine), "1 false")
		n, _, err = s.Helpful(t.Context(), "b", "q")
		ok(t, err)
		wantEqual(t, "another text", n, 0)
	})
}

func TestWatchersAreFoundByAnyOfTheirWays(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		watch := func(person string, w content.Watch) { ok(t, s.AddWatch(t.Context(), person, w, noon)) }
		text, topic, other := content.Watch{Kind: content.WatchArticle, Target: "x"}, content.Watch{Kind: content.WatchTopic, Target: "x"}, content.Watch{Kind: content.WatchDepartment, Target: "66"}
		watch("p", text)
		watch("p", text)
		watch("p", topic)
		watch("q", topic)
		watch("r", other)
		wantEqual(t, "of both", got(s.Watchers(t.Context(), []content.Watch{text, topic}))(t), []string{"p", "q"})
		wantEqual(t, "of none", got(s.Watchers(t.Context(), nil))(t), []string{})
		wantEqual(t, "of p", got(s.Watches(t.Context(), "p"))(t), []content.Watch{text, topic})
		ok(t, s.RemoveWatch(t.Context(), "p", text))
		wantEqual(t, "of p", got(s.Watches(t.Context(), "p"))(t), []content.Watch{topic})
	})
}

func TestRevisionsAreReadOnFromAPosition(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		_, told, err := s.Told(t.Context())
		ok(t, err)
		wantEqual(t, "told before", told, false)
		wantEqual(t, "last of none", got(s.LastRevision(t.Context()))(t), content.Position{})
		var list []content.Revision
		for i := range 3 {
			list = append(list, content.Revision{ID: content.RevisionID(fmt.Sprintf("r-%d", i)), Article: "a", At: noon.Add(time.Duration(i) * time.Hour)})
		}
		ok(t, s.Append(t.Context(), content.Projection{Head: "c1", Revisions: list}))
		last := got(s.LastRevision(t.Context()))(t)
		wantEqual(t, "last", last, content.Position{Revision: "r-2", Sequence: 3})
		ids := func(list []content.Revision) (out string) {
			for _, r := range list {
				out += string(r.ID) + " "
			}
			return out
		}
		wantEqual(t, "after the first", ids(got(s.RevisionsAfter(t.Context(), 1, 1))(t)), "r-1 ")
		wantEqual(t, "between", ids(got(s.RevisionsBetween(t.Context(), noon, noon.Add(2*time.Hour)))(t)), "r-0 r-1 ")
		for range 2 {
			ok(t, s.SetTold(t.Context(), last))
		}
		at, told, err := s.Told(t.Context())
		ok(t, err)
		wantEqual(t, "told", fmt.Sprint(at, told), fmt.Sprint(last, true))
	})
}

func TestFeedAddressIsReplacedAndEnds(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		ok(t, s.SetFeed(t.Context(), "p", "h1", noon))
		ok(t, s.SetFeed(t.Context(), "q", "h2", noon))
		ok(t, s.SetFeed(t.Context(), "p", "h3", noon.Add(time.Hour)))
		_, err := s.FeedPerson(t.Context(), "h1")
		wantFault(t, err, fault.NotFound, "talk.feed-missing")
		wantEqual(t, "new one", got(s.FeedPerson(t.Context(), "h3"))(t), "p")
		wantEqual(t, "made", got(s.FeedMade(t.Context(), "p"))(t), noon.Add(time.Hour))
		ok(t, s.SetFeed(t.Context(), "p", "", noon))
		_, err = s.FeedMade(t.Context(), "p")
		wantFault(t, err, fault.NotFound, "talk.feed-missing")
		wantEqual(t, "somebody else's", got(s.FeedPerson(t.Context(), "h2"))(t), "q")
	})
}

func TestPostKnowsWhatIsNotMailedYet(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		a, b := notice.Notice{ID: "a", Person: "p", Kind: notice.TextChanged, At: noon.Add(time.Hour)}, notice.Notice{ID: "b", Person: "p", Kind: notice.ReviewDue, At: noon}
		ok(t, s.AddNotices(t.Context(), a, b, notice.Notice{ID: "c", Person: "q", At: noon}))
		wantEqual(t, "waiting", got(s.Waiting(t.Context()))(t), []string{"p", "q"})
		wantEqual(t, "oldest first", got(s.Unsettled(t.Context(), "p"))(t), []notice.Notice{b, a})
		ok(t, s.Settle(t.Context(), noon, "a", "c"))
		ok(t, s.Settle(t.Context(), noon))
		ok(t, s.AddNotices(t.Context(), a))
		wantEqual(t, "left", got(s.Unsettled(t.Context(), "p"))(t), []notice.Notice{b})
		wantEqual(t, "waiting", got(s.Waiting(t.Context()))(t), []string{"p"})

		wantEqual(t, "no wish", got(s.Wish(t.Context(), "p"))(t), notice.Standard)
		for _, f := range []notice.Frequency{notice.Daily, notice.Never} {
			ok(t, s.SetWish(t.Context(), "p", f))
			wantEqual(t, "wish", got(s.Wish(t.Context(), "p"))(t), f)
		}
		wantEqual(t, "no state", got(s.MailState(t.Context(), "p"))(t), notice.MailState{})
		state := filled[notice.MailState]()
		for range 2 {
			ok(t, s.SetMailState(t.Context(), "p", state))
		}
		wantEqual(t, "state", got(s.MailState(t.Context(), "p"))(t), state)
	})
}

func TestErasedPeopleLeaveWordsAndNothingElse(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		hire(t, s, "p", "petra")
		pseudonym := got(s.Person(t.Context(), "p"))(t).Pseudonym
		ok(t, s.AddComment(t.Context(), content.Comment{ID: "mine", Article: "a", Author: pseudonym, Text: "Wann?", Question: true, Assignee: pseudonym}))
		ok(t, s.SetHelpful(t.Context(), "a", "p", true, noon))
		ok(t, s.AddWatch(t.Context(), "p", content.Watch{Kind: content.WatchTopic, Target: "x"}, noon))
		ok(t, s.SetFeed(t.Context(), "p", "h", noon))
		ok(t, s.SetWish(t.Context(), "p", notice.Daily))
		ok(t, s.SetMailState(t.Context(), "p", notice.MailState{Tries: 1}))
		ok(t, s.ErasePerson(t.Context(), "p"))
		c := got(s.Comment(t.Context(), "mine"))(t)
		wantEqual(t, "words stay, and wait for the department", c.Text+c.Assignee, "Wann?")
		n, _, err := s.Helpful(t.Context(), "a", "p")
		ok(t, err)
		wantEqual(t, "helped", n, 0)
		wantEqual(t, "watches", len(got(s.Watches(t.Context(), "p"))(t)), 0)
		_, err = s.FeedPerson(t.Context(), "h")
		wantFault(t, err, fault.NotFound, "")
		wantEqual(t, "wish and state", fmt.Sprint(got(s.Wish(t.Context(), "p"))(t), got(s.MailState(t.Context(), "p"))(t)), fmt.Sprint(notice.Standard, notice.MailState{}))
	})
}
