package importer

import (
	"crypto/sha256"
	"strings"

	"staffelstab/content"
	"staffelstab/internal/ident"
)

// ArticleID derives the id of an imported article from its replica id and
// UNID: the first 50 bits of a SHA-256. A re-run gives the same id, on every
// machine.
func ArticleID(k Key) content.ID {
	sum := sha256.Sum256([]byte(strings.ToUpper(k.ReplicaID) + "/" + strings.ToUpper(k.UNID)))
	return content.ID(ident.FromBytes(sum[:]))
}

// legacyAddresses is where the product answers for documents of old systems.
const legacyAddresses = "/notes/"

// LegacyAddress leads to what became of a document, whenever a run brings it.
func LegacyAddress(k Key) string { return legacyAddresses + k.String() }
