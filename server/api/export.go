package api

import (
	"bufio"
	"context"
	"mime"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"staffelstab/content"
	"staffelstab/internal/account"
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
			return a.export(ctx, actor, []string{in.ID}, in.Format)
		})
	register(a, huma.Operation{Method: http.MethodGet, Path: "/export", Tags: tags, Summary: "Several texts as one file", Responses: files()},
		func(ctx context.Context, actor account.Actor, in *struct {
			IDs    []string `query:"ids" required:"true" doc:"Ids of texts, with commas between them" maxItems:"200"`
			Format string   `query:"format" enum:"html,pdf,zip" default:"pdf"`
		}) (*huma.StreamResponse, error) {
			return a.export(ctx, actor, in.IDs, in.Format)
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

func (a *API) export(ctx context.Context, actor account.Actor, ids []string, format string) (*huma.StreamResponse, error) {
	wish := make([]content.ID, len(ids))
	for i, id := range ids {
		wish[i] = content.ID(id)
	}
	kind, err := export.ParseFormat(format)
	if err != nil {
		return nil, err
	}
	chosen, err := a.Library.Exportable(ctx, actor, wish, format)
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
