package content

import (
	"io/fs"

	"staffelstab/internal/fault"
	"staffelstab/internal/ident"
)

// AdoptedText is a Markdown file of a foreign repository as the library is
// going to hold it.
type AdoptedText struct {
	ID        ID
	Path      string
	Title     string
	Completed bool  // front matter keys were added
	Err       error // why people will not find it as a text, or nil
}

// CompleteAdopted gives every text of a tree what the library needs: an id, a
// kind and a title. Other bytes stay as they are. It returns the files to write and
// what became of each text, by path.
func CompleteAdopted(tree Snapshot, ids ident.Source) (map[string][]byte, []AdoptedText, error) {
	files := map[string][]byte{}
	var texts []AdoptedText
	seen := map[ID]string{}
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !IsArticlePath(name) {
			return err
		}
		source, err := tree.ReadFile(name)
		if err != nil {
			return err
		}
		text, completed := completeAdopted(name, source, ids)
		if text.Err == nil {
			if other, twice := seen[text.ID]; twice {
				text.Err = fault.New(fault.Conflict, "content.id-twice", "id", string(text.ID), "other", other).At(name, 1)
			} else {
				seen[text.ID] = name
			}
		}
		if text.Completed && text.Err == nil {
			files[name] = completed
		}
		texts = append(texts, text)
		return nil
	})
	return files, texts, err
}

func completeAdopted(name string, source []byte, ids ident.Source) (AdoptedText, []byte) {
	text := AdoptedText{Path: name}
	d, err := ParseDocument(name, source)
	text.ID, text.Title = d.Meta.ID, d.Meta.Title
	if err != nil && !onlyInvalid(err) {
		text.Err = err
		return text, nil
	}
	var fields []Field
	if text.ID == "" {
		text.ID = ID(ids.New())
		fields = append(fields, Field{"id", string(text.ID)})
	}
	has := d.Fields()
	if has["art"] == nil {
		fields = append(fields, Field{"art", string(KindArticle)})
	}
	if has["titel"] == nil {
		fields = append(fields, Field{"titel", text.Title})
	}
	if len(fields) == 0 {
		return text, nil
	}
	text.Completed = true
	completed, err := d.WithFields(fields...)
	text.Err = err
	return text, completed
}

// onlyInvalid reports whether the front matter could be read and only holds
// wrong values, which people can mend later.
func onlyInvalid(err error) bool {
	f, ok := fault.Of(err)
	return ok && f.Field != ""
}
