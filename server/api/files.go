package api

import (
	"context"
	"io"
	"net/http"
	"net/url"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/server/download"
)

// FileChange is what happens to a file beside a text that is not released yet.
type FileChange struct {
	Name    string `json:"name"`
	Size    int64  `json:"size,omitempty" doc:"Bytes"`
	SHA256  string `json:"sha256,omitempty"`
	Removed bool   `json:"removed,omitempty" doc:"The file of the text goes"`
	URL     string `json:"url,omitempty" doc:"Missing when the file goes"`
}

func fileChanges(list []content.FileChange, address func(name string) string) []FileChange {
	out := make([]FileChange, len(list))
	for i, c := range list {
		out[i] = FileChange{Name: c.Name, Size: c.Size, SHA256: c.SHA256, Removed: c.Removed}
		if !c.Removed {
			out[i].URL = address(c.Name)
		}
	}
	return out
}

func proposalFiles(p content.Proposal) []FileChange {
	return fileChanges(p.Files, func(name string) string { return content.ProposalFileAddress(p.ID, name) })
}

type fileChangesOutput struct{ Body []FileChange }

// upload is the form with one file.
type upload = huma.MultipartFormFiles[struct {
	File huma.FormFile `form:"file" required:"true" doc:"The file"`
}]

// Part are the headers of a request for bytes.
type Part struct {
	Range   string `header:"Range" doc:"The part that is wanted, such as bytes=0-1023" maxLength:"200"`
	IfRange string `header:"If-Range" doc:"ETag of the file the part belongs to; of another one the whole is sent" maxLength:"200"`
	Known   string `header:"If-None-Match" doc:"ETags the client has" maxLength:"2000"`
}

// bytesOf are the answers that are the bytes of a file.
func bytesOf() map[string]*huma.Response {
	file := map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: "string", Format: "binary"}}}
	return map[string]*huma.Response{
		"200": {Description: "The file", Content: file}, "206": {Description: "The part of the file that was asked for", Content: file},
	}
}

// send answers with the bytes of a file, always as a download.
func (a *API) send(file content.Attachment, data io.ReadSeekCloser, err error) (*huma.StreamResponse, error) {
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(c huma.Context) {
		defer data.Close()
		r, w := humago.Unwrap(c)
		download.Send(&partial{ResponseWriter: w, refuse: func() {
			p := a.t.problem(r.Context(), fault.New(fault.Invalid, "api.no-such-part"))
			p.Status = http.StatusRequestedRangeNotSatisfiable
			a.t.write(w, r, p)
		}}, r, file, data, false)
	}}, nil
}

// partial makes a problem of the plain words net/http has for a part that a file
// does not have.
type partial struct {
	http.ResponseWriter
	refuse  func()
	refused bool
}

func (p *partial) WriteHeader(status int) {
	if p.refused = status == http.StatusRequestedRangeNotSatisfiable; p.refused {
		p.refuse()
		return
	}
	p.ResponseWriter.WriteHeader(status)
}

func (p *partial) Write(b []byte) (int, error) {
	if p.refused {
		return len(b), nil
	}
	return p.ResponseWriter.Write(b)
}

// proposedFiles registers the operations on files of a proposal.
func (a *API) proposedFiles(tags []string) {
	const all, one = "/proposals/{id}/files", "/proposals/{id}/files/{name}"
	register(a, huma.Operation{Method: http.MethodGet, Path: all, Tags: tags, Summary: "What a proposal does with the files beside its text"},
		func(ctx context.Context, actor account.Actor, in *byID) (*fileChangesOutput, error) {
			id := content.ProposalID(in.ID)
			list, err := a.Library.ProposalFiles(ctx, actor, id)
			return &fileChangesOutput{proposalFiles(content.Proposal{ID: id, Files: list})}, err
		})
	register(a, huma.Operation{Method: http.MethodPost, Path: all, Tags: tags, Summary: "Add a file to an own proposal", MaxBodyBytes: unbounded, DefaultStatus: http.StatusCreated, Middlewares: huma.Middlewares{a.form}},
		func(ctx context.Context, actor account.Actor, in *struct {
			ID      string `path:"id" maxLength:"40"`
			Match   string `header:"If-Match" doc:"ETag of the proposal" maxLength:"200"`
			RawBody upload
		}) (*proposalOutput, error) {
			form := in.RawBody.Data()
			defer form.File.Close()
			version, err := versionOf(in.Match)
			if err != nil {
				return nil, err
			}
			if _, err := a.Library.AddProposalFile(ctx, actor, content.ProposalID(in.ID), version, form.File.Filename, form.File); err != nil {
				return nil, err
			}
			return a.proposal(ctx, actor, content.ProposalID(in.ID))
		})
	register(a, huma.Operation{Method: http.MethodGet, Path: one, Tags: tags, Summary: "Bytes of a file a proposal brings", Responses: bytesOf()},
		func(ctx context.Context, actor account.Actor, in *struct {
			Part
			ID   string `path:"id" maxLength:"40"`
			Name string `path:"name" maxLength:"500"`
		}) (*huma.StreamResponse, error) {
			return a.send(a.Library.OpenProposalFile(ctx, actor, content.ProposalID(in.ID), in.Name))
		})
	register(a, huma.Operation{Method: http.MethodDelete, Path: one, Tags: tags, Summary: "Take a file out of an own proposal, or let it remove one of the text"},
		func(ctx context.Context, actor account.Actor, in *struct {
			ID    string `path:"id" maxLength:"40"`
			Name  string `path:"name" maxLength:"500"`
			Match string `header:"If-Match" doc:"ETag of the proposal" maxLength:"200"`
		}) (*proposalOutput, error) {
			version, err := versionOf(in.Match)
			if err != nil {
				return nil, err
			}
			if _, err := a.Library.RemoveProposalFile(ctx, actor, content.ProposalID(in.ID), version, in.Name); err != nil {
				return nil, err
			}
			return a.proposal(ctx, actor, content.ProposalID(in.ID))
		})
}

// OnDraft names an own draft.
type OnDraft struct {
	Article string `query:"article" doc:"The text that is being written on" maxLength:"40"`
	Draft   string `query:"draft" doc:"Key of a new text's draft, chosen by the caller; not with article" maxLength:"40"`
}

func (d OnDraft) names() (content.ID, string) {
	if d.Article != "" {
		return content.ID(d.Article), ""
	}
	return "", d.Draft
}

func (d OnDraft) address(name string) string {
	return "/entwurf/dateien/" + url.PathEscape(name) + "?" + url.Values{"text-id": {d.Article}, "entwurf-id": {d.Draft}}.Encode()
}

// draftFiles registers the operations on files that are not saved yet.
func (a *API) draftFiles() {
	const all, one = "/drafts/files", "/drafts/files/{name}"
	tags := []string{"drafts"}
	register(a, huma.Operation{Method: http.MethodGet, Path: all, Tags: tags, Summary: "Files of an own draft"},
		func(ctx context.Context, actor account.Actor, in *OnDraft) (*fileChangesOutput, error) {
			id, key := in.names()
			list, err := a.Library.FilesOfDraft(ctx, actor, id, key)
			return &fileChangesOutput{fileChanges(list, in.address)}, err
		})
	register(a, huma.Operation{Method: http.MethodPost, Path: all, Tags: tags, Summary: "Add a file to an own draft", MaxBodyBytes: unbounded, DefaultStatus: http.StatusCreated, Middlewares: huma.Middlewares{a.form}},
		func(ctx context.Context, actor account.Actor, in *struct {
			OnDraft
			RawBody upload
		}) (*struct{ Body FileChange }, error) {
			form := in.RawBody.Data()
			defer form.File.Close()
			id, key := in.names()
			f, err := a.Library.AddDraftFile(ctx, actor, id, key, form.File.Filename, form.File)
			if err != nil {
				return nil, err
			}
			return &struct{ Body FileChange }{fileChanges([]content.FileChange{f.FileChange}, in.address)[0]}, nil
		})
	register(a, huma.Operation{Method: http.MethodGet, Path: one, Tags: tags, Summary: "Bytes of a file of an own draft", Responses: bytesOf()},
		func(ctx context.Context, actor account.Actor, in *struct {
			Part
			OnDraft
			Name string `path:"name" maxLength:"500"`
		}) (*huma.StreamResponse, error) {
			id, key := in.names()
			return a.send(a.Library.OpenDraftFile(ctx, actor, id, key, in.Name))
		})
	register(a, huma.Operation{Method: http.MethodDelete, Path: one, Tags: tags, Summary: "Take a file out of an own draft", DefaultStatus: http.StatusNoContent},
		func(ctx context.Context, actor account.Actor, in *struct {
			OnDraft
			Name string `path:"name" maxLength:"500"`
		}) (*struct{}, error) {
			id, key := in.names()
			return nil, a.Library.RemoveDraftFile(ctx, actor, id, key, in.Name)
		})
}

// withDraft saves an edit with the files of the draft it names, which then waits
// for nothing any more.
func (a *API) withDraft(ctx context.Context, actor account.Actor, article string, in ArticleInput, operation string, save func(content.Edit) error) error {
	e := in.edit(operation)
	if in.Draft == "" {
		return save(e)
	}
	id, key := content.ID(""), in.Draft
	if key == article {
		id, key = content.ID(article), ""
	}
	var err error
	if e.Files, err = a.Library.FilesOfDraft(ctx, actor, id, key); err != nil {
		return err
	}
	if err := save(e); err != nil {
		return err
	}
	return a.Library.ForgetDraftFiles(ctx, actor, id, key)
}
