package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"net/http"
	"strings"
	"time"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// atomFeed and its parts follow RFC 4287.
type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Title   string      `xml:"title"`
	ID      string      `xml:"id"`
	Updated string      `xml:"updated"`
	Author  atomAuthor  `xml:"author"`
	Link    atomLink    `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomAuthor struct {
	Name string `xml:"name"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	Title   string   `xml:"title"`
	ID      string   `xml:"id"`
	Updated string   `xml:"updated"`
	Link    atomLink `xml:"link"`
}

// openFeed answers with the page itself: the secret is in no address of a page
// and in no history.
func (s *Server) openFeed(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	secret, err := s.Library.OpenFeed(r.Context(), actor)
	if err != nil {
		return err
	}
	return s.showFollowing(w, r, http.StatusOK, actor, followingView{FeedAddress: s.base(r) + "/feed/" + secret + ".atom"})
}

func (s *Server) closeFeed(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := s.Library.CloseFeed(r.Context(), actor); err != nil {
		return err
	}
	return see(w, r, "/konto/folgen?meldung=feed")
}

// feed answers a program that knows a private address. What it lists is
// decided at the moment of asking.
func (s *Server) feed(w http.ResponseWriter, r *http.Request, _ account.Actor) error {
	secret, ok := strings.CutSuffix(r.PathValue("address"), ".atom")
	if !ok {
		return fault.New(fault.NotFound, "talk.feed-missing")
	}
	changes, err := s.Library.Feed(r.Context(), secret)
	if err != nil {
		return err
	}
	data, err := xml.MarshalIndent(s.atom(r, changes), "", " ")
	if err != nil {
		return err
	}
	sum := sha256.Sum256(data)
	h := w.Header()
	h.Set("Content-Type", "application/atom+xml; charset=utf-8")
	h.Set("Cache-Control", "private, max-age=300")
	h.Set("ETag", `"`+hex.EncodeToString(sum[:12])+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(append([]byte(xml.Header), data...)))
	return nil
}

func (s *Server) atom(r *http.Request, changes []content.OfficialChange) atomFeed {
	f, base := s.titled(r, "talk.changes"), s.base(r)
	feed := atomFeed{
		Title: f.Title, ID: base + "/amtliche-aenderungen", Updated: time.Unix(0, 0).UTC().Format(time.RFC3339), Author: atomAuthor{"Staffelstab"},
		Link: atomLink{"alternate", base + "/amtliche-aenderungen"},
	}
	for i, c := range changes {
		at := c.Revision.At.UTC().Format(time.RFC3339)
		if i == 0 {
			feed.Updated = at
		}
		address := base + content.Address(c.Article.ID)
		feed.Entries = append(feed.Entries, atomEntry{c.Article.Title, address + "?stand=" + string(c.Revision.ID), at, atomLink{"alternate", address}})
	}
	return feed
}
