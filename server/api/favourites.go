package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"staffelstab/content"
	"staffelstab/internal/account"
)

func (a *API) favourites() {
	tags := []string{"favourites"}
	register(a, huma.Operation{Method: http.MethodGet, Path: "/favourites", Tags: tags, Summary: "Texts one marked, latest first"},
		func(ctx context.Context, actor account.Actor, _ *struct{}) (*listOutput, error) {
			marked, err := a.Library.Favourites(ctx, actor)
			if err != nil {
				return nil, err
			}
			pseudonyms := make([]string, len(marked))
			for i, article := range marked {
				pseudonyms[i] = article.ChangedBy
			}
			names, err := a.names(ctx, actor, pseudonyms...)
			if err != nil {
				return nil, err
			}
			out := &listOutput{Body: ArticleList{Total: len(marked), Items: []ArticleSummary{}}}
			for _, article := range marked {
				out.Body.Items = append(out.Body.Items, a.summary(article, names))
			}
			return out, nil
		})
	mark := func(method, summary string, marked bool) {
		register(a, huma.Operation{Method: method, Path: "/favourites/{id}", Tags: tags, Summary: summary, DefaultStatus: http.StatusNoContent},
			func(ctx context.Context, actor account.Actor, in *byID) (*struct{}, error) {
				return &struct{}{}, a.Library.Favour(ctx, actor, content.ID(in.ID), marked)
			})
	}
	mark(http.MethodPut, "Mark a text", true)
	mark(http.MethodDelete, "Take a text off the list", false)
}
