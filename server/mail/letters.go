package mail

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"html/template"
	"net/url"
	"strings"
	"time"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/i18n"
	"staffelstab/internal/notice"
)

// Letters writes the mails. What a person may see is asked of the library when
// the mail is written.
type Letters struct {
	Library   *content.Library
	Catalogue *i18n.Catalogue
	Base      string // public address of the product, without a slash at the end
	Zone      *time.Location
}

// line is one thing a mail tells.
type line struct{ Sentence, Title, Link string }

// News writes a mail about notices.
func (l *Letters) News(ctx context.Context, person string, list []notice.Notice) (notice.Message, bool, error) {
	actor, ok, err := l.reader(ctx, person)
	if !ok || err != nil {
		return notice.Message{}, false, err
	}
	news, err := l.Library.AsNews(ctx, actor, list)
	if err != nil || len(news) == 0 {
		return notice.Message{}, false, err
	}
	key := ""
	var lines []line
	for _, n := range news {
		key += n.ID + "\n"
		lines = append(lines, line{l.text(n.Kind.Sentence(), nil), l.title(n.Title, n.Limited), l.Base + n.Address})
	}
	subject := l.Catalogue.Plural(i18n.German, "notice.subject.one", "notice.subject.other", len(lines))
	if len(lines) == 1 {
		subject = lines[0].Sentence
	}
	m, err := l.letter(actor, "news\n"+key, subject, l.text("notice.mail-lead", nil), lines)
	return m, err == nil, err
}

// Digest writes the mail about the official changes of the week before.
func (l *Letters) Digest(ctx context.Context, person string, now time.Time) (notice.Message, bool, error) {
	actor, ok, err := l.reader(ctx, person)
	if !ok || err != nil {
		return notice.Message{}, false, err
	}
	week := content.WeekOf(now, l.Zone).Before()
	changes, err := l.Library.OfficialChanges(ctx, actor, week)
	if err != nil || len(changes) == 0 {
		return notice.Message{}, false, err
	}
	var lines []line
	for _, c := range changes {
		lines = append(lines, line{
			l.text("notice.changed-on", map[string]any{"date": i18n.Date(i18n.German, c.Revision.At.In(l.Zone))}),
			l.title(c.Article.Title, !c.Article.Visibility.Everyone()), l.Base + content.Address(c.Article.ID),
		})
	}
	args := map[string]any{"week": week.Number, "year": week.String()[:4]}
	lines = append(lines, line{l.text("notice.digest-page", nil), "", l.Base + "/amtliche-aenderungen?woche=" + url.QueryEscape(week.String())})
	m, err := l.letter(actor, "digest\n"+week.String()+"\n"+person, l.text("notice.digest-subject", args), l.text("notice.digest-lead", nil), lines)
	return m, err == nil, err
}

// reader is the person a mail is for; not ok without an address or anything to
// read.
func (l *Letters) reader(ctx context.Context, person string) (account.Actor, bool, error) {
	actor, err := l.Library.Subscriber(ctx, person)
	if fault.Is(err, fault.NotFound) {
		return account.Actor{}, false, nil
	}
	return actor, err == nil && actor.Person.Active && actor.Person.Email != "" && len(actor.Audience()) > 0, err
}

func (l *Letters) text(key string, args map[string]any) string {
	return l.Catalogue.Text(i18n.German, key, args)
}

// title names a text, unless it is not for everybody.
func (l *Letters) title(title string, limited bool) string {
	if limited {
		return l.text("notice.limited-title", nil)
	}
	return oneLine(title)
}

func (l *Letters) letter(actor account.Actor, key, subject, lead string, lines []line) (notice.Message, error) {
	sum := sha256.Sum256([]byte(key + actor.Person.ID))
	host := "staffelstab.invalid"
	if u, err := url.Parse(l.Base); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	m := notice.Message{
		ID: hex.EncodeToString(sum[:12]) + "@" + host, To: actor.Person.Email, Subject: subject, Wishes: l.Base + "/konto/folgen",
	}
	foot := l.text("notice.mail-foot", nil)
	var text strings.Builder
	text.WriteString(lead + "\n\n")
	for _, n := range lines {
		text.WriteString("- " + strings.TrimSuffix(n.Sentence+": "+n.Title, ": ") + "\n  " + n.Link + "\n")
	}
	text.WriteString("\n" + foot + "\n" + m.Wishes + "\n")
	m.Text = text.String()
	page, err := template.New("mail").Parse(`<!doctype html><html lang="de"><meta charset="utf-8"><title>{{.Subject}}</title><p>{{.Lead}}</p><ul>` +
		`{{range .Lines}}<li>{{if .Title}}{{.Sentence}}: <a href="{{.Link}}">{{.Title}}</a>{{else}}<a href="{{.Link}}">{{.Sentence}}</a>{{end}}</li>{{end}}</ul><p><a href="{{.Wishes}}">{{.Foot}}</a></p></html>`)
	if err != nil {
		return m, err
	}
	var html strings.Builder
	err = page.Execute(&html, map[string]any{"Subject": subject, "Lead": lead, "Lines": lines, "Foot": foot, "Wishes": m.Wishes})
	m.HTML = html.String()
	return m, err
}

// oneLine keeps words of people from becoming lines of a mail's head or list.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
