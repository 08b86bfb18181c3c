package main

import (
	"io"
	"testing"

	"staffelstab/content"
	"staffelstab/internal/account"
)

// TestTheDemoIsFoundByAWordOfItsLeaflet looks for what stands in a file and in
// no text, as somebody would who tries the demo.
func TestTheDemoIsFoundByAWordOfItsLeaflet(t *testing.T) {
	app, ctx := startDemo(t).app, t.Context()
	must(t, app.Library.IndexCatchUp(ctx))
	must(t, app.Library.ReadFiles(ctx))
	r, err := app.Index.Search(ctx, content.Query{Text: "Schürfleiste", Audience: []string{account.Everyone}, Limit: 20})
	if err != nil || r.Total != 1 || r.Hits[0].ID != "winterdi22" || r.Hits[0].File != "Merkblatt-Streufahrzeug.pdf" {
		t.Errorf("found %+v, %v", r.Hits, err)
	}
	file, data, err := app.Library.OpenAttachment(ctx, app.Operator(), "aufbruch22", "Aufbruch-im-Schnitt.png")
	must(t, err)
	picture, err := io.ReadAll(data)
	must(t, err)
	must(t, data.Close())
	if int64(len(picture)) != file.Size || file.SHA256 == "" {
		t.Errorf("the drawing has %d bytes and is %+v", len(picture), file)
	}
}
