package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"staffelstab/content"
	"staffelstab/internal/account"
)

// ArchivedText is a text that was taken out of use.
type ArchivedText struct {
	ID         string    `json:"id"`
	Kind       string    `json:"kind"`
	Title      string    `json:"title"`
	Department string    `json:"department"`
	ArchivedAt time.Time `json:"archived_at"`
	ArchivedBy string    `json:"archived_by,omitempty" doc:"Display name; empty when erased"`
	Message    string    `json:"message,omitempty"`
	CanRestore bool      `json:"can_unarchive"`
}

// ArchivedTexts is a page of them.
type ArchivedTexts struct {
	Items []ArchivedText `json:"items"`
	Total int            `json:"total"`
}

func (a *API) archived(tags []string) {
	register(a, huma.Operation{Method: http.MethodGet, Path: "/archive", Tags: tags, Summary: "Archived texts"},
		func(ctx context.Context, actor account.Actor, in *struct {
			Department string `query:"department" doc:"With its units" maxLength:"40"`
			Limit      int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
			Offset     int    `query:"offset" minimum:"0" maximum:"100000"`
		}) (*struct{ Body ArchivedTexts }, error) {
			found, total, err := a.Library.ArchivedList(ctx, actor, in.Department, in.Limit, in.Offset)
			if err != nil {
				return nil, err
			}
			list, err := a.archivedTexts(ctx, actor, found)
			return &struct{ Body ArchivedTexts }{ArchivedTexts{list, total}}, err
		})
}

func (a *API) archivedTexts(ctx context.Context, actor account.Actor, found []content.Archived) ([]ArchivedText, error) {
	pseudonyms := make([]string, len(found))
	for i, was := range found {
		pseudonyms[i] = was.By
	}
	names, err := a.names(ctx, actor, pseudonyms...)
	if err != nil {
		return nil, err
	}
	out := []ArchivedText{}
	for _, was := range found {
		out = append(out, ArchivedText{
			string(was.ID), string(was.Meta.Kind), was.Meta.Title, was.Meta.Department, was.At, names[was.By], was.Message, was.CanRestore,
		})
	}
	return out, nil
}
