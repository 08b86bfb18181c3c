package store

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"

	"staffelstab/internal/fault"
)

// cursor is where a page ended: sort key and id. It is signed, so that nobody
// can ask the database to start elsewhere.
type cursor struct {
	Sort string `json:"s"`
	Key  string `json:"k"`
	ID   string `json:"i"`
}

func (s *Store) seal(c cursor) string {
	data, err := json.Marshal(c)
	if err != nil {
		return "" // three strings always encode
	}
	mac := hmac.New(sha256.New, s.cursors)
	mac.Write(data)
	return base64.RawURLEncoding.EncodeToString(append(mac.Sum(nil)[:16], data...))
}

func (s *Store) unseal(text, sort string) (cursor, error) {
	bad := fault.New(fault.Invalid, "store.bad-cursor").InField("cursor")
	data, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(data) < 16 {
		return cursor{}, bad
	}
	mac := hmac.New(sha256.New, s.cursors)
	mac.Write(data[16:])
	if !hmac.Equal(mac.Sum(nil)[:16], data[:16]) {
		return cursor{}, bad
	}
	var c cursor
	if err := json.Unmarshal(data[16:], &c); err != nil || c.Sort != sort {
		return cursor{}, bad
	}
	return c, nil
}
