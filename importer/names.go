package importer

import (
	"path"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"staffelstab/content"
)

// maxNameBytes bounds file names, so that every file system of the city can
// hold them.
const maxNameBytes = 100

// Names gives the attachments of one document safe, unique file names. Two
// names that differ only in case count as the same, because they would be on
// the editors' machines.
type Names struct {
	taken map[string]bool
	next  map[string]int // number to try for a name that is taken
}

// Safe returns the file name for what the source calls a file. Executable
// reports that the type can run and must not be published.
func (n *Names) Safe(shown string) (name string, executable bool) {
	name = safeName(shown)
	executable = executables[strings.ToLower(path.Ext(name))]
	if n.taken == nil {
		n.taken, n.next = map[string]bool{}, map[string]int{}
	}
	stem, extension := strings.TrimSuffix(name, path.Ext(name)), path.Ext(name)
	first := fold(name)
	for i := max(2, n.next[first]); n.taken[fold(name)]; i++ {
		name = stem + "-" + strconv.Itoa(i) + extension
		n.next[first] = i + 1
	}
	n.taken[fold(name)] = true
	return name, executable
}

func fold(name string) string { return strings.ToLower(norm.NFKC.String(name)) }

// safeName keeps only the last part of a path and makes it harmless on Linux,
// Windows and macOS and in a Git tree.
func safeName(shown string) string {
	if i := strings.LastIndexAny(shown, `/\`); i >= 0 {
		shown = shown[i+1:]
	}
	if strings.EqualFold(path.Ext(strings.TrimRight(shown, ". ")), ".md") {
		shown += ".txt" // a .md beside an article would be an article itself
	}
	name, err := content.AttachmentName(strings.ToValidUTF8(shown, "-"))
	if err != nil {
		name = "anlage"
	}
	stem, _, _ := strings.Cut(name, ".")
	if reserved[strings.ToUpper(stem)] {
		name = "anlage-" + name
	}
	extension := path.Ext(name)
	if len(extension) > 20 {
		extension = ""
	}
	for stem := strings.TrimSuffix(name, extension); len(stem)+len(extension) > maxNameBytes; {
		_, size := utf8.DecodeLastRuneInString(stem)
		stem = stem[:len(stem)-size]
		name = stem + extension
	}
	return name
}

// reserved are the device names of Windows, with any extension.
var reserved = map[string]bool{
	"CON": true, "PRN": true, "AUX": true, "NUL": true, "CONIN$": true, "CONOUT$": true, "CLOCK$": true,
	"COM1": true, "COM2": true, "COM3": true, "COM4": true, "COM5": true, "COM6": true, "COM7": true, "COM8": true, "COM9": true,
	"LPT1": true, "LPT2": true, "LPT3": true, "LPT4": true, "LPT5": true, "LPT6": true, "LPT7": true, "LPT8": true, "LPT9": true,
}

// executables are file types that run when they are opened.
var executables = map[string]bool{
	".exe": true, ".com": true, ".bat": true, ".cmd": true, ".scr": true, ".pif": true, ".msi": true, ".msp": true,
	".js": true, ".jse": true, ".vbs": true, ".vbe": true, ".wsf": true, ".wsh": true, ".hta": true, ".ps1": true,
	".psm1": true, ".ps1xml": true, ".scf": true, ".sct": true, ".wsc": true, ".msc": true, ".mst": true, ".msix": true, ".appx": true,
	".inf": true, ".xll": true, ".jnlp": true, ".gadget": true, ".application": true, ".apk": true, ".deb": true, ".rpm": true,
	".dmg": true, ".pkg": true, ".bash": true, ".jar": true, ".lnk": true, ".reg": true, ".cpl": true, ".dll": true, ".sh": true, ".app": true, ".chm": true,
}
