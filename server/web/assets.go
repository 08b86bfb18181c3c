package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"
)

//go:embed static
var staticFiles embed.FS

// assets serves styles, scripts and fonts under names that change with their
// content, so that browsers may keep them for ever.
type assets struct {
	byName map[string]string // plain name → address with hash
	data   map[string][]byte // address → bytes
}

func loadAssets() (*assets, error) {
	a := &assets{byName: map[string]string{}, data: map[string][]byte{}}
	var sheets []string
	err := fs.WalkDir(staticFiles, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		switch path.Ext(name) {
		case ".css":
			sheets = append(sheets, name)
			return nil
		case ".js", ".woff2", ".svg":
			return a.add(name, nil)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, name := range sheets { // after the fonts they name
		if err := a.add(name, a.fontAddresses); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// fontAddresses puts the hashed addresses of fonts into our own style sheet.
func (a *assets) fontAddresses(data []byte) []byte {
	for name, address := range a.byName {
		if path.Ext(name) == ".woff2" {
			data = bytes.ReplaceAll(data, []byte("url(/static/"+name+")"), []byte("url("+address+")"))
		}
	}
	return data
}

func (a *assets) add(name string, change func([]byte) []byte) error {
	data, err := staticFiles.ReadFile(name)
	if err != nil {
		return err
	}
	if change != nil {
		data = change(data)
	}
	sum := sha256.Sum256(data)
	plain := strings.TrimPrefix(name, "static/")
	extension := path.Ext(plain)
	address := "/static/" + strings.TrimSuffix(plain, extension) + "." + hex.EncodeToString(sum[:6]) + extension
	a.byName[plain], a.data[address] = address, data
	return nil
}

// address returns where an asset is served.
func (a *assets) address(name string) string { return a.byName[name] }

// has tells whether there is an asset at the path, hashed or plain.
func (a *assets) has(path string) bool {
	_, hashed := a.data[path]
	_, plain := a.byName[strings.TrimPrefix(path, "/static/")]
	return hashed || plain
}

// ServeHTTP serves an asset there is. The plain name works too, for pages outside this
// package, but is not kept.
func (a *assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	address := r.URL.Path
	if hashed, ok := a.byName[strings.TrimPrefix(address, "/static/")]; ok {
		address = hashed
	} else {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(address)))
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(a.data[address]))
}
