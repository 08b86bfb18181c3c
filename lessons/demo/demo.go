// Package demo holds the learning modules of the demonstration. They explain
// the texts of content/demo.
package demo

import (
	"embed"
	"time"

	"staffelstab/content/demo"
)

//go:embed texte
var texts embed.FS

// Files returns the modules of the demo by their path in the repository, with
// dates relative to today.
func Files(today time.Time) (map[string][]byte, error) { return demo.Load(texts, "texte", today) }
