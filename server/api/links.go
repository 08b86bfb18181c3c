package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"staffelstab/content"
	"staffelstab/internal/account"
)

// BrokenLink is a link that leads nowhere.
type BrokenLink struct {
	Article ArticleSummary `json:"article" doc:"The text it stands in"`
	Target  string         `json:"target" doc:"As it is written"`
}

// BrokenLinkList is one page of broken links.
type BrokenLinkList struct {
	Items  []BrokenLink `json:"items"`
	Total  int          `json:"total" doc:"Of all pages"`
	Cursor string       `json:"cursor,omitempty" doc:"Of the next page; missing on the last"`
}

// Duplicate is a pair of texts that say much the same.
type Duplicate struct {
	First  ArticleSummary `json:"first"`
	Second ArticleSummary `json:"second"`
	Share  float64        `json:"share" doc:"Of the runs of three words in both texts, 0 to 1"`
}

// Similar is a text that resembles one that was just made.
type Similar struct {
	ID    string  `json:"id"`
	Title string  `json:"title"`
	URL   string  `json:"url"`
	Share float64 `json:"share" doc:"Of the wording in common, 0 to 1; 0 when only the titles are alike"`
}

type tendInput struct {
	Department string `query:"department" doc:"With its units" maxLength:"40"`
	Limit      int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
	Cursor     string `query:"cursor" maxLength:"40"`
}

func (a *API) links() {
	tags := []string{"links"}
	register(a, huma.Operation{Method: http.MethodGet, Path: "/articles/{id}/backlinks", Tags: tags, Summary: "Texts that link to an article"},
		func(ctx context.Context, actor account.Actor, in *struct {
			ID string `path:"id" maxLength:"40"`
		}) (*struct{ Body []ArticleSummary }, error) {
			found, err := a.Library.Backlinks(ctx, actor, content.ID(in.ID))
			if err != nil {
				return nil, err
			}
			list, err := a.summaries(ctx, actor, found)
			return &struct{ Body []ArticleSummary }{list}, err
		})
	register(a, huma.Operation{Method: http.MethodGet, Path: "/links/broken", Tags: tags, Summary: "Links that lead nowhere"},
		func(ctx context.Context, actor account.Actor, in *tendInput) (*struct{ Body BrokenLinkList }, error) {
			start, err := startOf(in.Cursor, 0, maxOffset)
			if err != nil {
				return nil, err
			}
			found, total, err := a.Library.BrokenLinks(ctx, actor, in.Department, in.Limit, start)
			if err != nil {
				return nil, err
			}
			out := BrokenLinkList{Items: []BrokenLink{}, Total: total, Cursor: nextOf(start, len(found), total, maxOffset)}
			for _, link := range found {
				list, err := a.summaries(ctx, actor, []content.Article{link.Article})
				if err != nil {
					return nil, err
				}
				out.Items = append(out.Items, BrokenLink{list[0], link.Target})
			}
			return &struct{ Body BrokenLinkList }{out}, nil
		})
	register(a, huma.Operation{Method: http.MethodGet, Path: "/links/orphans", Tags: tags, Summary: "Texts no other text links to"},
		func(ctx context.Context, actor account.Actor, in *tendInput) (*listOutput, error) {
			start, err := startOf(in.Cursor, 0, maxOffset)
			if err != nil {
				return nil, err
			}
			found, total, err := a.Library.Orphans(ctx, actor, in.Department, in.Limit, start)
			if err != nil {
				return nil, err
			}
			list, err := a.summaries(ctx, actor, found)
			return &listOutput{ArticleList{Items: list, Total: total, Cursor: nextOf(start, len(found), total, maxOffset)}}, err
		})
	a.duplicates(tags)
}

func (a *API) duplicates(tags []string) {
	register(a, huma.Operation{Method: http.MethodGet, Path: "/links/duplicates", Tags: tags, Summary: "Pairs of texts that say much the same"},
		func(ctx context.Context, actor account.Actor, in *struct {
			Department string `query:"department" doc:"With its units" maxLength:"40"`
		}) (*struct{ Body []Duplicate }, error) {
			found, err := a.Library.Duplicates(ctx, actor, in.Department)
			if err != nil {
				return nil, err
			}
			out := []Duplicate{}
			for _, pair := range found {
				list, err := a.summaries(ctx, actor, []content.Article{pair.First, pair.Second})
				if err != nil {
					return nil, err
				}
				out = append(out, Duplicate{list[0], list[1], pair.Share})
			}
			return &struct{ Body []Duplicate }{out}, nil
		})
}

func (a *API) summaries(ctx context.Context, actor account.Actor, articles []content.Article) ([]ArticleSummary, error) {
	pseudonyms := make([]string, len(articles))
	for i, article := range articles {
		pseudonyms[i] = article.ChangedBy
	}
	names, err := a.names(ctx, actor, pseudonyms...)
	if err != nil {
		return nil, err
	}
	out := make([]ArticleSummary, len(articles))
	for i, article := range articles {
		out[i] = a.summary(article, names)
	}
	return out, nil
}

// similar lists what resembles a text that was just made, so that a program
// can tell the person behind it.
func (a *API) similar(ctx context.Context, actor account.Actor, id content.ID, in ArticleInput) ([]Similar, error) {
	found, err := a.Library.Similar(ctx, actor, id, in.Title, in.Body)
	if err != nil {
		return nil, err
	}
	var out []Similar
	for _, s := range found {
		out = append(out, Similar{ID: string(s.Article.ID), Title: s.Article.Title, URL: content.Address(s.Article.ID), Share: s.Share})
	}
	return out, nil
}
