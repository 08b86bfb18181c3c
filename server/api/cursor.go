package api

import (
	"encoding/base64"
	"strconv"
	"strings"

	"staffelstab/internal/fault"
)

// Lists whose order is not that of a stored key are counted through: hits by
// rank, accounts by name, the audit log by time. Their cursors hold how many
// entries lie before the page. They carry no secret and need no signature,
// because `offset` may name the same number openly.

// maxOffset bounds how far a list in the database is read.
const maxOffset = 1_000_000

const cursorMark = "n:"

// startOf is where a page begins: where the cursor says, else at the offset.
func startOf(cursor string, offset, most int) (int, error) {
	if cursor == "" {
		return offset, nil
	}
	data, err := base64.RawURLEncoding.DecodeString(cursor)
	number, marked := strings.CutPrefix(string(data), cursorMark)
	n, bad := strconv.Atoi(number)
	if err != nil || bad != nil || !marked || n < 0 || n > most {
		return 0, fault.New(fault.Invalid, "store.bad-cursor").InField("cursor")
	}
	return n, nil
}

// nextOf is the cursor after a page, "" after the last one that may be read.
func nextOf(start, entries, total, most int) string {
	if entries == 0 || start+entries >= min(total, most+1) {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString([]byte(cursorMark + strconv.Itoa(start+entries)))
}
