package gitrepo

import (
	"regexp"
	"strings"

	"staffelstab/content"
)

// trailerLine is a line of the last paragraph of a message. Keys may hold
// umlauts: "Änderung".
var trailerLine = regexp.MustCompile(`^([\p{L}][\p{L}\p{N}-]*): (.+)$`)

// joinMessage writes a message with its trailers.
func joinMessage(message string, trailers []content.Trailer) string {
	message = strings.NewReplacer("\r\n", "\n", "\x00", "").Replace(strings.ToValidUTF8(message, "?")) // git fsck refuses NUL
	message = strings.TrimRight(message, "\n ")
	if message == "" {
		message = "-"
	}
	var b strings.Builder
	b.WriteString(message)
	b.WriteString("\n")
	gap := "\n"
	for _, t := range trailers {
		value := strings.Join(strings.Fields(t.Value), " ")
		if value == "" { // "Key: " is no trailer and would turn the others into text
			continue
		}
		b.WriteString(gap + t.Key + ": " + value + "\n")
		gap = ""
	}
	return b.String()
}

// splitMessage takes the trailers off: the last paragraph, when each of its
// lines is one and something stands before it.
func splitMessage(full string) (string, []content.Trailer) {
	full = strings.TrimRight(full, "\n")
	i := strings.LastIndex(full, "\n\n")
	if i < 0 {
		return noMessage(full), nil
	}
	var trailers []content.Trailer
	for line := range strings.SplitSeq(full[i+2:], "\n") {
		m := trailerLine.FindStringSubmatch(line)
		if m == nil {
			return noMessage(full), nil
		}
		trailers = append(trailers, content.Trailer{Key: m[1], Value: m[2]})
	}
	return noMessage(strings.TrimRight(full[:i], "\n")), trailers
}

// noMessage reads the dash back that stands for nothing said.
func noMessage(message string) string {
	if message == "-" {
		return ""
	}
	return message
}
