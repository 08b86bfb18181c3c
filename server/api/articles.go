package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// ArticleSummary is a text in a list.
type ArticleSummary struct {
	ID         string    `json:"id"`
	Kind       string    `json:"kind"`
	Title      string    `json:"title"`
	Summary    string    `json:"summary,omitempty"`
	Department string    `json:"department,omitempty"`
	Number     string    `json:"number,omitempty"`
	Status     string    `json:"status" doc:"future, valid, review-overdue, expired or superseded, today"`
	Binding    string    `json:"binding,omitempty" doc:"ja, nein or ungeprüft"`
	Topics     []string  `json:"topics"`
	ValidFrom  string    `json:"valid_from,omitempty"`
	ValidUntil string    `json:"valid_until,omitempty"`
	ReviewDue  string    `json:"review_due,omitempty" doc:"Day of the next review, stated or by default"`
	Reviewer   string    `json:"reviewer,omitempty" doc:"Account id or function"`
	Revision   string    `json:"revision"`
	ETag       string    `json:"etag"`
	ChangedAt  time.Time `json:"changed_at,omitzero" doc:"Missing while versions are being read from the repository"`
	ChangedBy  string    `json:"changed_by,omitempty" doc:"Display name; empty when erased"`
	URL        string    `json:"url" doc:"Permanent address of the page"`
}

// Article is a text with its content.
type Article struct {
	ArticleSummary
	Path        string         `json:"path" doc:"File in the repository, for display only"`
	Current     bool           `json:"current" doc:"Whether this is the newest revision"`
	ContentHash string         `json:"content_hash"`
	Meta        map[string]any `json:"meta" doc:"Front matter"`
	Body        string         `json:"body" doc:"Markdown"`
	HTML        string         `json:"html" doc:"Safe HTML of the body"`
	Outline     []Heading      `json:"outline"`
	Attachments []Attachment   `json:"attachments"`
	CanEdit     bool           `json:"can_edit"`
	Successor   string         `json:"successor,omitempty" doc:"Id of the text that took its place"`
	Coming      string         `json:"coming,omitempty" doc:"Id of the text that will take its place"`
	ComingFrom  string         `json:"coming_from,omitempty" doc:"From which day"`
	ValidOn     *ValidOn       `json:"valid_on,omitempty" doc:"With the parameter valid"`
	Similar     []Similar      `json:"similar,omitempty" doc:"After creating: texts with a similar title or wording"`
}

// Heading is a line of an outline.
type Heading struct {
	Level  int    `json:"level"`
	Text   string `json:"text"`
	Anchor string `json:"anchor"`
}

// ArticleInput is what a client wants a text to say.
type ArticleInput struct {
	Title      string         `json:"title,omitempty" maxLength:"300"`
	Kind       string         `json:"kind,omitempty" doc:"artikel, standard, dienstanweisung, dienstvereinbarung, dienstvorschrift, formatvorlage, lernmodul or lektion" maxLength:"40"`
	Department string         `json:"department,omitempty" maxLength:"40" example:"66"`
	Body       string         `json:"body" doc:"Markdown without front matter"`
	Meta       map[string]any `json:"meta,omitempty" doc:"Front matter keys to change; null removes a key"`
	Module     string         `json:"module,omitempty" doc:"Module a new lesson belongs to" maxLength:"40"`
	Message    string         `json:"message,omitempty" doc:"What changed" maxLength:"500"`
	Change     string         `json:"change,omitempty" enum:"redaktionell,fachlich" doc:"Whether the meaning changed"`
	Draft      string         `json:"draft,omitempty" doc:"Own draft whose files are saved with it: its key, or the id of the text" maxLength:"40"`
}

func (in ArticleInput) edit(operation string) content.Edit {
	return content.Edit{
		Title: in.Title, Kind: content.Kind(in.Kind), Department: in.Department, Body: in.Body, Meta: in.Meta,
		Module: content.ID(in.Module), Message: in.Message, Change: content.ChangeKind(in.Change), Operation: operation,
	}
}

type articleOutput struct {
	ETag     string `header:"ETag"`
	Location string `header:"Location"`
	Body     Article
}

type listInput struct {
	Kind       []string `query:"kind" doc:"Kinds to list, separated by commas"`
	Department string   `query:"department" doc:"With its units" maxLength:"40"`
	Topic      string   `query:"topic" maxLength:"200"`
	Binding    string   `query:"binding" enum:"ja,nein,ungeprüft,"`
	InForce    bool     `query:"in_force" doc:"Leave out what has not begun, has ended or was replaced"`
	Sort       string   `query:"sort" enum:"title,changed,due,number" default:"title"`
	Limit      int      `query:"limit" minimum:"1" maximum:"500" default:"50"`
	Cursor     string   `query:"cursor" maxLength:"2000"`
}

func (a *API) filterOf(in *listInput) content.ArticleFilter {
	f := in.filter()
	if in.InForce {
		f.InForceOn = a.Library.Today()
	}
	return f
}

func (in listInput) filter() content.ArticleFilter {
	f := content.ArticleFilter{
		Department: in.Department, Topic: in.Topic, Binding: content.Binding(in.Binding),
		Sort: content.ArticleSort(in.Sort), Limit: in.Limit, Cursor: in.Cursor,
	}
	for _, k := range in.Kind {
		f.Kinds = append(f.Kinds, content.Kind(k))
	}
	return f
}

type listOutput struct {
	Body ArticleList
}

// ArticleList is one page of texts.
type ArticleList struct {
	Items  []ArticleSummary `json:"items"`
	Total  int              `json:"total" doc:"Of all pages"`
	Cursor string           `json:"cursor,omitempty" doc:"Of the next page; missing on the last"`
}

func (a *API) articles() {
	tags := []string{"articles"}
	register(a, huma.Operation{Method: http.MethodGet, Path: "/articles", Tags: tags, Summary: "List articles"},
		func(ctx context.Context, actor account.Actor, in *listInput) (*listOutput, error) {
			return a.list(ctx, actor, a.filterOf(in))
		})
	register(a, huma.Operation{Method: http.MethodPost, Path: "/articles", Tags: tags, Summary: "Create an article", DefaultStatus: http.StatusCreated},
		func(ctx context.Context, actor account.Actor, in *struct {
			Key  string `header:"Idempotency-Key" maxLength:"200"`
			Body ArticleInput
		}) (*articleOutput, error) {
			var article content.Article
			err := a.withDraft(ctx, actor, "", in.Body, content.OperationKey(actor, in.Key), func(e content.Edit) (err error) {
				article, err = a.Library.Create(ctx, actor, e)
				return err
			})
			if err != nil {
				return nil, err
			}
			out, err := a.article(ctx, actor, article.ID, "")
			if err == nil {
				out.Body.Similar, err = a.similar(ctx, actor, article.ID, in.Body)
			}
			return out, err
		})
	register(a, huma.Operation{Method: http.MethodGet, Path: "/articles/{id}", Tags: tags, Summary: "Read an article, or one of its revisions"},
		func(ctx context.Context, actor account.Actor, in *struct {
			ID    string `path:"id" maxLength:"40"`
			At    string `query:"at" doc:"Revision" maxLength:"40"`
			Valid string `query:"valid" doc:"Day: the version that applied then" maxLength:"10"`
			Known string `header:"If-None-Match" doc:"ETags the client has" maxLength:"2000"`
		}) (*articleOutput, error) {
			if in.Valid != "" {
				if in.At != "" {
					return nil, fault.New(fault.Invalid, "validity.at-or-valid").InField("valid")
				}
				return a.validArticle(ctx, actor, content.ID(in.ID), in.Valid)
			}
			return a.articleUnless(ctx, actor, content.ID(in.ID), content.RevisionID(in.At), in.Known)
		})
	register(a, huma.Operation{Method: http.MethodPut, Path: "/articles/{id}", Tags: tags, Summary: "Save an article"},
		func(ctx context.Context, actor account.Actor, in *struct {
			ID    string `path:"id" maxLength:"40"`
			Match string `header:"If-Match" doc:"ETag the change is based on" maxLength:"200"`
			Key   string `header:"Idempotency-Key" maxLength:"200"`
			Body  ArticleInput
		}) (*articleOutput, error) {
			id := content.ID(in.ID)
			err := a.withDraft(ctx, actor, in.ID, in.Body, content.OperationKey(actor, in.Key), func(e content.Edit) error {
				_, err := a.Library.Save(ctx, actor, id, baseOf(in.Match), e)
				return err
			})
			if err != nil {
				return nil, err
			}
			return a.article(ctx, actor, id, "")
		})
	a.standards(tags)
}

func (a *API) standards(tags []string) {
	register(a, huma.Operation{Method: http.MethodGet, Path: "/standards", Tags: tags, Summary: "List municipal standards"},
		func(ctx context.Context, actor account.Actor, in *listInput) (*listOutput, error) {
			filter := a.filterOf(in)
			var err error
			if filter.Kinds, err = standardKindsOf(in.Kind); err != nil {
				return nil, err
			}
			return a.list(ctx, actor, filter)
		})
}

func (a *API) list(ctx context.Context, actor account.Actor, filter content.ArticleFilter) (*listOutput, error) {
	page, err := a.Library.List(ctx, actor, filter)
	if err != nil {
		return nil, err
	}
	return a.listed(ctx, actor, page)
}

func (a *API) listed(ctx context.Context, actor account.Actor, page content.ArticlePage) (*listOutput, error) {
	pseudonyms := make([]string, len(page.Articles))
	for i, article := range page.Articles {
		pseudonyms[i] = article.ChangedBy
	}
	names, err := a.names(ctx, actor, pseudonyms...)
	if err != nil {
		return nil, err
	}
	out := &listOutput{Body: ArticleList{Total: page.Total, Cursor: page.Next, Items: []ArticleSummary{}}}
	for _, article := range page.Articles {
		out.Body.Items = append(out.Body.Items, a.summary(article, names))
	}
	return out, nil
}

func (a *API) summary(article content.Article, names map[string]string) ArticleSummary {
	return ArticleSummary{
		ID: string(article.ID), Kind: string(article.Kind), Title: article.Title, Summary: article.Summary,
		Department: article.Department, Number: article.Number, Status: string(article.StatusOn(a.Library.Today())),
		Binding: string(article.Binding), Topics: orEmpty(article.Topics), ReviewDue: string(article.Due),
		ValidFrom: string(article.ValidFrom), ValidUntil: string(article.ValidUntil), Reviewer: article.Reviewer,
		Revision: string(article.Revision), ETag: article.ETag, ChangedAt: article.ChangedAt,
		ChangedBy: names[article.ChangedBy], URL: content.Address(article.ID),
	}
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// articleUnless returns a text unless the client knows it.
func (a *API) articleUnless(ctx context.Context, actor account.Actor, id content.ID, at content.RevisionID, tags string) (*articleOutput, error) {
	out, err := a.article(ctx, actor, id, at)
	if err == nil {
		a.Library.NoteOpened(actor, id)
	}
	if err == nil && known(tags, out.ETag) {
		return nil, notModified(out.ETag)
	}
	return out, err
}

func (a *API) article(ctx context.Context, actor account.Actor, id content.ID, at content.RevisionID) (*articleOutput, error) {
	view, err := a.Library.Read(ctx, actor, id, at)
	if err != nil {
		return nil, err
	}
	return a.shown(ctx, actor, view)
}

// shown is a text or one of its versions as it is answered.
func (a *API) shown(ctx context.Context, actor account.Actor, view content.View) (*articleOutput, error) {
	id := view.Article.ID
	source, err := a.Library.Source(ctx, actor, id, view.At)
	if err != nil {
		return nil, err
	}
	names, err := a.names(ctx, actor, view.Article.ChangedBy)
	if err != nil {
		return nil, err
	}
	body := Article{
		ArticleSummary: a.summary(view.Article, names), Path: view.Article.ShownPath(), Current: view.Current,
		ContentHash: string(view.Article.ContentHash), Meta: source.Fields, HTML: view.HTML,
		// The blank line under the front matter is no part of what was sent;
		// problems count their lines without it.
		Body:    strings.TrimLeft(source.Body, "\n"),
		Outline: []Heading{}, Attachments: attachmentList(id, view.Attachments), CanEdit: view.CanEdit,
	}
	if view.Successor != nil {
		body.Successor = string(view.Successor.ID)
	}
	if view.Coming != nil {
		body.Coming, body.ComingFrom = string(view.Coming.ID), string(view.ComingFrom)
	}
	for _, h := range view.Outline {
		body.Outline = append(body.Outline, Heading(h))
	}
	return &articleOutput{ETag: quoted(view.Article.ETag), Location: "/api/v1/articles/" + string(id), Body: body}, nil
}
