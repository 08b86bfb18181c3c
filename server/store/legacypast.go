package store

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"staffelstab/content"
	"staffelstab/content/legacy"
)

// keepPast keeps of a document what the run that brings it now does not know.
func (r *legacyDocumentRow) keepPast(old *legacyDocumentRow) {
	planned, failed := r.Planned == 1, r.Status == "failed"
	if !planned && !failed && r.Status != "quarantined" {
		r.BroughtSequence, r.BroughtUs = r.Sequence, r.SavedUs
	} else if old != nil {
		r.BroughtSequence, r.BroughtUs = old.BroughtSequence, old.BroughtUs
	}
	if old == nil {
		return
	}
	if old.Planned == 0 {
		r.Planned = 0
	}
	if failed || planned && old.Planned == 0 { // nobody could read what it says now, or nobody means it yet
		r.Sequence, r.SavedUs, r.Withheld = old.Sequence, old.SavedUs, old.Withheld
	}
}

// Why the newest state of a document is withheld.
const (
	forAReason = 1 // it is incomplete, or quotes what is
	byReaders  = 2 // only some could read it
)

func withheld(d legacy.Document) int {
	switch {
	case d.Status == "quarantined" && d.Restricted:
		return byReaders
	case d.Status == "quarantined", d.VersionOf != "":
		return forAReason
	}
	return 0
}

// pastColumns are what keepPast and Past need.
var pastColumns = []string{"replica", "unid", "article", "planned", "sequence", "saved_us", "withheld", "brought_sequence", "brought_us"}

// legacyPast finds what is kept of documents.
func legacyPast(tx *gorm.DB, documents []legacy.Document) (map[legacy.Key]*legacyDocumentRow, error) {
	keys := make([]legacy.Key, len(documents))
	for i, d := range documents {
		keys[i] = d.Key
	}
	return legacyPastOf(tx, keys)
}

// pastAtOnce is how many documents one question to the database names.
const pastAtOnce = 500

func legacyPastOf(tx *gorm.DB, keys []legacy.Key) (map[legacy.Key]*legacyDocumentRow, error) {
	byReplica := map[string][]string{}
	for _, k := range keys {
		byReplica[k.Replica] = append(byReplica[k.Replica], k.UNID)
	}
	out := make(map[legacy.Key]*legacyDocumentRow, len(keys))
	for replica, unids := range byReplica {
		for some := range slices.Chunk(unids, pastAtOnce) {
			var rows []legacyDocumentRow
			if err := tx.Select(pastColumns).Where("replica = ? AND unid IN ?", replica, some).Find(&rows).Error; err != nil {
				return nil, err
			}
			for i, row := range rows {
				out[legacy.Key{Replica: row.Replica, UNID: row.Unid}] = &rows[i]
			}
		}
	}
	return out, nil
}

// Past tells what runs made of documents.
func (s *Store) Past(ctx context.Context, keys []legacy.Key) (map[legacy.Key]legacy.Past, error) {
	rows, err := legacyPastOf(s.on(ctx), keys)
	if err != nil {
		return nil, translate(err)
	}
	out := make(map[legacy.Key]legacy.Past, len(rows))
	for key, row := range rows {
		out[key] = legacy.Past{
			Article: content.ID(row.Article), Withheld: row.Withheld > 0, Restricted: row.Withheld == byReaders, Read: legacy.Stamp{Sequence: int(row.Sequence), At: from(row.SavedUs)},
			Brought: legacy.Stamp{Sequence: int(row.BroughtSequence), At: from(row.BroughtUs)},
		}
	}
	return out, nil
}
