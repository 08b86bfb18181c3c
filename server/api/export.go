package api

import (
	"bufio"
	"context"
	"mime"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/server/export"
	"staffelstab/server/request"
)

func (a *API) exports() {
	tags := []string{"export"}
	register(a, huma.Operation{Method: http.MethodGet, Path: "/articles/{id}/export", Tags: tags, Summary: "A text as a file", Responses: files()},
		func(ctx context.Context, actor account.Actor, in *struct {
			ID     string `path:"id" maxLength:"40"`
			Format string `query:"format" enum:"html,pdf,zip" default:"pdf"`
		}) (*huma.StreamResponse, error) {
			return a.export(ctx, actor, in.Format, func(format string) (content.Selection, error) {
				return a.Library.Exportable(ctx, actor, []content.ID{content.ID(in.ID)}, format)
			})
		})
	register(a, huma.Operation{Method: http.MethodGet, Path: "/export", Tags: tags, Summary: "Several texts as one file: those named, or all a filter finds", Responses: files()},
		func(ctx context.Context, actor account.Actor, in *struct {
			IDs        []string `query:"ids" doc:"Ids of texts, with commas between them; instead of a filter" maxItems:"200"`
			Department string   `query:"department" doc:"With its units" maxLength:"40"`
			Topic      string   `query:"topic" maxLength:"200"`
			Kind       []string `query:"kind" maxItems:"20"`
			Format     string   `query:"format" enum:"html,pdf,zip" default:"pdf"`
		}) (*huma.StreamResponse, error) {
			filter := content.ArticleFilter{Department: in.Department, Topic: in.Topic, Kinds: kindsOf(in.Kind), Sort: content.SortTitle}
			filtered := in.Department != "" || in.Topic != "" || len(in.Kind) > 0
			return a.export(ctx, actor, in.Format, func(format string) (content.Selection, error) {
				switch {
				case filtered && len(in.IDs) > 0:
					return content.Selection{}, fault.New(fault.Invalid, "gaps.export-ids-or-filter").InField("ids")
				case filtered:
					return a.Library.ExportableAll(ctx, actor, filter, format)
				}
				return a.Library.Exportable(ctx, actor, articleIDs(in.IDs), format)
			})
		})
}

// files are the answers of an export.
func files() map[string]*huma.Response {
	types := map[string]*huma.MediaType{}
	for _, f := range []export.Format{export.HTML, export.PDF, export.ZIP} {
		types[f.MediaType()] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	}
	return map[string]*huma.Response{"200": {Description: http.StatusText(http.StatusOK), Content: types}}
}

func articleIDs(ids []string) []content.ID {
	out := make([]content.ID, len(ids))
	for i, id := range ids {
		out[i] = content.ID(id)
	}
	return out
}

func (a *API) export(ctx context.Context, actor account.Actor, format string, choose func(format string) (content.Selection, error)) (*huma.StreamResponse, error) {
	kind, err := export.ParseFormat(format)
	if err != nil {
		return nil, err
	}
	chosen, err := choose(format)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(c huma.Context) {
		e := &export.Exporter{
			Library: a.Library, Catalogue: a.Catalogue, Locale: request.From(ctx).Locale, Zone: a.Library.Zone, Base: a.base(c), Actor: actor,
		}
		c.SetHeader("Content-Type", kind.MediaType())
		c.SetHeader("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": export.FileName(chosen, kind)}))
		c.SetHeader("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox")
		for _, id := range chosen.Missing {
			c.AppendHeader("Staffelstab-Missing", string(id))
		}
		out := bufio.NewWriter(c.BodyWriter())
		if err := e.Write(ctx, out, chosen, kind); err != nil {
			a.Log.ErrorContext(ctx, "export failed", "request", request.From(ctx).ID, "error", err)
			panic(http.ErrAbortHandler) // the client must see that the file is not whole
		}
		if err := out.Flush(); err != nil {
			a.Log.DebugContext(ctx, "client went away", "error", err)
		}
	}}, nil
}

// base is the public address, or without a setting the one asked.
func (a *API) base(c huma.Context) string {
	if a.BaseURL != "" {
		return a.BaseURL
	}
	return "http://" + c.Host()
}
