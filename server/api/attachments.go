package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"staffelstab/content"
	"staffelstab/internal/account"
)

// Attachment is a file of a text.
type Attachment struct {
	Name   string `json:"name"`
	Size   int64  `json:"size" doc:"Bytes"`
	SHA256 string `json:"sha256,omitempty"`
	URL    string `json:"url"`

	Unreadable string `json:"unreadable,omitempty" doc:"Why search does not know its words: damaged, slow, missing or redacted. For those who may edit the text"`
}

func attachmentList(id content.ID, list []content.Attachment) []Attachment {
	out := make([]Attachment, len(list))
	for i, f := range list {
		out[i] = Attachment{Name: f.Name, Size: f.Size, SHA256: f.SHA256, URL: content.AttachmentAddress(id, f.Name), Unreadable: string(f.Unreadable)}
	}
	return out
}

// maxUpload bounds one uploaded file with the form around it.
func (a *API) maxUpload() int64 { return a.Library.MaxAttachment + 1<<20 }

// unbounded leaves the limit to the middleware form, which knows it.
const unbounded = -1

func (a *API) attachments() {
	tags := []string{"attachments"}
	register(a, huma.Operation{Method: http.MethodGet, Path: "/articles/{id}/attachments", Tags: tags, Summary: "Files of an article"},
		func(ctx context.Context, actor account.Actor, in *struct {
			ID string `path:"id" maxLength:"40"`
		}) (*struct{ Body []Attachment }, error) {
			list, err := a.Library.Attachments(ctx, actor, content.ID(in.ID))
			if err != nil {
				return nil, err
			}
			return &struct{ Body []Attachment }{attachmentList(content.ID(in.ID), list)}, nil
		})
	register(a, huma.Operation{
		Method: http.MethodPost, Path: "/articles/{id}/attachments", Tags: tags, Summary: "Attach a file",
		MaxBodyBytes: unbounded, DefaultStatus: http.StatusCreated, Middlewares: huma.Middlewares{a.form},
	},
		func(ctx context.Context, actor account.Actor, in *struct {
			ID      string `path:"id" maxLength:"40"`
			Match   string `header:"If-Match" maxLength:"200"`
			RawBody upload
		}) (*articleOutput, error) {
			form := in.RawBody.Data()
			defer form.File.Close()
			_, err := a.Library.Attach(ctx, actor, content.ID(in.ID), baseOf(in.Match), form.File.Filename, form.File)
			if err != nil {
				return nil, err
			}
			return a.article(ctx, actor, content.ID(in.ID), "")
		})
	a.attachment(tags)
}

// attachment registers the operations on one file.
func (a *API) attachment(tags []string) {
	register(a, huma.Operation{
		Method: http.MethodGet, Path: "/articles/{id}/attachments/{name}", Tags: tags, Summary: "Bytes of a file",
		Responses: bytesOf(),
	},
		func(ctx context.Context, actor account.Actor, in *struct {
			ID   string `path:"id" maxLength:"40"`
			Name string `path:"name" maxLength:"500"`
			At   string `query:"at" maxLength:"40" doc:"Revision whose file is meant"`
			Part
		}) (*huma.StreamResponse, error) {
			return a.send(a.Library.OpenAttachmentAt(ctx, actor, content.ID(in.ID), content.RevisionID(in.At), in.Name))
		})
	register(a, huma.Operation{
		Method: http.MethodDelete, Path: "/articles/{id}/attachments/{name}", Tags: tags, Summary: "Remove a file",
	},
		func(ctx context.Context, actor account.Actor, in *struct {
			ID    string `path:"id" maxLength:"40"`
			Name  string `path:"name" maxLength:"500"`
			Match string `header:"If-Match" maxLength:"200"`
		}) (*articleOutput, error) {
			if _, err := a.Library.Detach(ctx, actor, content.ID(in.ID), baseOf(in.Match), in.Name); err != nil {
				return nil, err
			}
			return a.article(ctx, actor, content.ID(in.ID), "")
		})
}
