package importertest

import (
	"testing"

	"staffelstab/importer"
)

func TestMemoryKeepsTheContract(t *testing.T) {
	TargetContract(t, func(*testing.T) importer.Target { return NewMemory() })
}
