package content

import (
	"context"
	"strings"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// TakeUp begins to put an answer into the text: it returns the body somebody
// starts from with question and answer at the end of the section. The actor
// still edits and saves or proposes it; the next version of the text by the
// actor is then linked to the question (see TellFollowers).
func (l *Library) TakeUp(ctx context.Context, actor account.Actor, id CommentID, body string) (string, error) {
	l.deciding.Lock()
	defer l.deciding.Unlock()
	c, a, err := l.comment(ctx, actor, id)
	if err != nil {
		return "", err
	}
	if c.Answer == "" {
		return "", fault.New(fault.Conflict, "talk.no-answer-yet")
	}
	rules, err := l.Rules.ApprovalRules(ctx)
	if err != nil {
		return "", err
	}
	if !rules.CanEdit(actor, a.Kind, a.Department) && !rules.CanPropose(actor, a.Kind, a.Department, true) {
		return "", fault.New(fault.Forbidden, "content.not-your-department", "department", a.Department)
	}
	if !actor.CanWrite() {
		return "", fault.New(fault.Forbidden, "content.read-only-access")
	}
	c.TakenBy, c.TakenAt = actor.Person.Pseudonym, l.Now().UTC()
	return l.withAnswer(body, c), l.Talk.UpdateComment(ctx, c)
}

// withAnswer puts question and answer at the end of the section they are about,
// or of the text when that section is gone.
func (l *Library) withAnswer(body string, c Comment) string {
	addition := "**" + markdownLine(c.Text) + "**\n\n" + markdownLines(c.Answer) + "\n"
	at, level := len(body), 0
	for _, b := range l.Renderer.Blocks([]byte(body)) {
		if b.Kind != BlockHeading {
			continue
		}
		if level > 0 && b.Level <= level {
			at = b.Start
			break
		}
		if level == 0 && c.Anchor != "" && b.Anchor == c.Anchor {
			level = b.Level
		}
	}
	before, after := strings.TrimRight(body[:at], "\n"), body[at:]
	if after != "" {
		addition += "\n"
	}
	return before + "\n\n" + addition + after
}

// markdownLine makes words one line that means nothing but themselves.
func markdownLine(words string) string {
	return markdownEscaper().Replace(strings.Join(strings.Fields(words), " "))
}

// markdownLines keeps paragraphs.
func markdownLines(words string) string {
	var out []string
	for line := range strings.Lines(words) {
		out = append(out, markdownLine(line))
	}
	return strings.Trim(strings.Join(out, "\n"), "\n")
}

// markdownEscaper escapes what Markdown would read as more than a letter.
func markdownEscaper() *strings.Replacer {
	var pairs []string
	for _, r := range "\\`*_{}[]<>#|~!&" {
		pairs = append(pairs, string(r), "\\"+string(r))
	}
	return strings.NewReplacer(pairs...)
}
