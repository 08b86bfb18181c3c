package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/server/request"
)

// Notice is one thing the caller was told.
type Notice struct {
	ID       string     `json:"id"`
	Kind     string     `json:"kind" doc:"Stable word, such as proposal-submitted"`
	Sentence string     `json:"sentence" doc:"The kind in words of the language asked for"`
	Title    string     `json:"title" doc:"Of the text or proposal it is about"`
	Article  string     `json:"article,omitempty" doc:"Id of the text"`
	Subject  string     `json:"subject,omitempty" doc:"Id of the proposal, question or request"`
	URL      string     `json:"url" doc:"Address of the page it leads to"`
	At       time.Time  `json:"at"`
	ReadAt   *time.Time `json:"read_at,omitempty" doc:"Missing until it was read"`
}

type noticeList struct {
	Body struct {
		Items  []Notice `json:"items"`
		Unread int      `json:"unread" doc:"Not read and still visible; of more than a hundred the newest hundred"`
	}
}

func (a *API) notices() {
	tags := []string{"me"}
	register(a, huma.Operation{Method: http.MethodGet, Path: "/me/notices", Tags: tags, Summary: "What one was told"},
		func(ctx context.Context, actor account.Actor, in *struct {
			Limit int `query:"limit" minimum:"1" maximum:"100" default:"50"`
		}) (*noticeList, error) {
			list, err := a.Library.News(ctx, actor, in.Limit)
			if err != nil {
				return nil, err
			}
			out := &noticeList{}
			out.Body.Items = make([]Notice, len(list))
			for i, n := range list {
				out.Body.Items[i] = a.notice(ctx, n)
			}
			out.Body.Unread, err = a.Library.Unread(ctx, actor)
			return out, err
		})
	register(a, huma.Operation{Method: http.MethodPost, Path: "/me/notices/read", Tags: tags, Summary: "Mark what one was told as read", DefaultStatus: http.StatusNoContent},
		func(ctx context.Context, actor account.Actor, in *struct {
			Body struct {
				Until time.Time `json:"until" doc:"Time of the newest notice that was read; later ones stay unread"`
			}
		}) (*struct{}, error) {
			if len(actor.Audience()) == 0 {
				return nil, fault.New(fault.Forbidden, "content.no-content-role")
			}
			return &struct{}{}, a.Library.ReadNews(ctx, actor, in.Body.Until)
		})
}

func (a *API) notice(ctx context.Context, n content.News) Notice {
	return Notice{
		ID: n.ID, Kind: string(n.Kind), Sentence: a.Catalogue.Text(request.From(ctx).Locale, n.Kind.Sentence(), nil), Title: n.Title,
		Article: n.Article, Subject: n.Subject, URL: n.Address, At: n.At, ReadAt: moment(n.ReadAt),
	}
}
