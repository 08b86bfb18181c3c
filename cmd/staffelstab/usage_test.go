package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"staffelstab/internal/testkit"
)

// model is the command line as it is parsed.
func model(t *testing.T) *kong.Application {
	t.Helper()
	parser, err := kong.New(&commands{}, kong.Name("staffelstab"))
	if err != nil {
		t.Fatal(err)
	}
	return parser.Model
}

// TestEveryCommandExplainsItself asks every command for help. What it can do
// is described in German, and nothing is done.
func TestEveryCommandExplainsItself(t *testing.T) {
	t.Chdir(t.TempDir())
	leaves := model(t).Leaves(true)
	if len(leaves) < 13 {
		t.Fatalf("only %d commands", len(leaves))
	}
	for _, leaf := range leaves {
		path := strings.Fields(strings.TrimPrefix(leaf.FullPath(), "staffelstab "))
		t.Run(strings.Join(path, " "), func(t *testing.T) {
			help := command(t, "", append(path, "--help")...).want(t, exitDone, "Usage: "+leaf.FullPath(), leaf.Help)
			if help.err != "" {
				t.Errorf("help belongs on standard output, not %q", help.err)
			}
			for _, f := range leaf.Flags {
				if f.Help == "" {
					t.Errorf("--%s says nothing about itself", f.Name)
				}
				if !strings.Contains(help.out, "--"+f.Name) {
					t.Errorf("help does not name --%s", f.Name)
				}
			}
			for _, a := range leaf.Positional {
				if a.Help == "" {
					t.Errorf("<%s> says nothing about itself", a.Name)
				}
			}
		})
	}
	nothingHere(t)
}

// nothingHere fails the test unless the present folder is empty.
func nothingHere(t *testing.T) {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil || len(entries) != 0 {
		t.Errorf("the command left %v (%v)", entries, err)
	}
}

func TestGroupsOfCommandsListWhatTheyHave(t *testing.T) {
	for group, members := range map[string][]string{
		"user":   {"user add", "user list", "user role", "user disable", "user erase"},
		"token":  {"token create", "token list", "token withdraw"},
		"import": {"import inspect", "import plan", "import apply", "import withdraw"},
	} {
		command(t, "", group, "--help").want(t, exitDone, members...)
		command(t, "", group).want(t, exitUsage, members[0][strings.Index(members[0], " ")+1:], "staffelstab --help")
	}
}

// TestWrongUsageDoesNothing types what cannot be meant: status 2, what is
// wrong on standard error, and not even a folder is made.
func TestWrongUsageDoesNothing(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, c := range []struct{ line, says string }{
		{"", "serve"},
		{"servieren", "unexpected argument servieren"},
		{"serve jetzt", "unexpected argument jetzt"},
		{"serve --port 80", "unknown flag --port"},
		{"serve --listen", "--listen"},
		{"serve --demo=vielleicht", "--demo"},
		{"check --log-level laut", "--log-level must be one of"},
		{"check --read-data=ja", "--read-data"},
		{"check --read-date", "--read-data"}, // and suggests the right one
		{"reindex alles", "unexpected argument alles"},
		{"version 2", "unexpected argument 2"},
		{"openapi --data d", "unknown flag --data"},
		{"import", "plan"},
		{"import anwenden", "unexpected argument anwenden"},
		{"import apply --source dev", "<datei>"},
		{"import apply bestand.dxl", "--source"},
		{"import plan --source access bestand.mdb", "--source must be one of"},
		{"user", "add"},
		{"user add --name Erika", "<login>"},
		{"user add erika", "--name"},
		{"user add --name Erika erika zwei", "unexpected argument zwei"},
		{"user role erika", "<role>"},
		{"user disable", "<login>"},
		{"user erase erika", "--yes"},
		{"user erase --yes", "<login>"},
		{"user list erika", "unexpected argument erika"},
		{"token create", "--user"},
		{"token create --user erika --scope alles", "--scope must be one of"},
		{"token create --user erika --days bald", "--days"},
		{"token create --user erika --days=1.5", "--days"},
		{"token list", "--user"},
		{"token withdraw --user erika", "<id>"},
		{"token revoke --user erika x", "unexpected argument revoke"},
	} {
		got := command(t, "", strings.Fields(c.line)...)
		if got.status != exitUsage || !strings.Contains(got.err, c.says) || !strings.Contains(got.err, "staffelstab --help") {
			t.Errorf("%q ends with %d and says %q", c.line, got.status, got.err)
		}
		if got.out != "" {
			t.Errorf("%q writes to standard output: %q", c.line, got.out)
		}
	}
	nothingHere(t)
}

func TestVersionIsOneLine(t *testing.T) {
	old := version
	t.Cleanup(func() { version = old })
	version = "1.4.0-12-gabc"
	if got := command(t, "", "version"); got != (ran{exitDone, "1.4.0-12-gabc\n", ""}) {
		t.Errorf("%+v", got)
	}
}

// TestSettingsComeFromFlagsAndVariables looks at the data folder a command
// looks into: it is named when it is not there.
func TestSettingsComeFromFlagsAndVariables(t *testing.T) {
	here := t.TempDir()
	t.Chdir(here)
	for name, c := range map[string]struct {
		variables map[string]string
		line      string
		status    int
		says      string
	}{
		"nothing said":        {nil, "check", exitFailed, "In " + filepath.Join(here, "data") + " liegt kein"},
		"flag":                {nil, "check --data vom-schalter", exitFailed, "In " + filepath.Join(here, "vom-schalter")},
		"variable":            {map[string]string{"STAFFELSTAB_DATA": "aus-der-umgebung"}, "check", exitFailed, "In " + filepath.Join(here, "aus-der-umgebung")},
		"both: the flag wins": {map[string]string{"STAFFELSTAB_DATA": "aus-der-umgebung"}, "check --data vom-schalter", exitFailed, "In " + filepath.Join(here, "vom-schalter")},
		"wrong level":         {map[string]string{"STAFFELSTAB_LOG_LEVEL": "laut"}, "check", exitUsage, "--log-level"},
		"wrong yes or no":     {map[string]string{"STAFFELSTAB_DEMO": "vielleicht"}, "serve", exitUsage, "STAFFELSTAB_DEMO"},
		"wrong source":        {map[string]string{"STAFFELSTAB_SOURCE": "lotus"}, "import plan x", exitUsage, "--source"},
		"source":              {map[string]string{"STAFFELSTAB_SOURCE": "dev"}, "import plan fehlt.dxl", exitFailed, "fehlt.dxl lässt sich nicht lesen"},
		"mapping":             {map[string]string{"STAFFELSTAB_MAPPING": "zuordnung.yaml"}, "import plan --source dev " + here, exitFailed, "zuordnung.yaml lässt sich nicht lesen"},
		"address":             {map[string]string{"STAFFELSTAB_LISTEN": "hier"}, "serve", exitFailed, "„hier“ ist keine Adresse mit Port"},
		"address, flag wins":  {map[string]string{"STAFFELSTAB_LISTEN": "hier"}, "serve --listen dort", exitFailed, "„dort“ ist keine Adresse mit Port"},
		"port out of range":   {map[string]string{"STAFFELSTAB_LISTEN": "127.0.0.1:99999"}, "serve", exitFailed, "Auf 127.0.0.1:99999 kann der Server nicht hören"},
		"demo and address":    {map[string]string{"STAFFELSTAB_DEMO": "true", "STAFFELSTAB_LISTEN": "0.0.0.0:0"}, "serve", exitFailed, "nur auf diesem Rechner"},
		"level of no concern": {map[string]string{"STAFFELSTAB_LOG_LEVEL": "laut"}, "version", exitDone, version},
	} {
		t.Run(name, func(t *testing.T) {
			for variable, value := range c.variables {
				t.Setenv(variable, value)
			}
			command(t, "", strings.Fields(c.line)...).want(t, c.status, c.says)
		})
	}
	nothingHere(t)
}

// TestOperatorsReadAboutEverySetting compares the command line with what
// OPERATIONS.md lists.
func TestOperatorsReadAboutEverySetting(t *testing.T) {
	manual, err := os.ReadFile(filepath.Join(testkit.ModuleRoot(t), "docs/OPERATIONS.md"))
	if err != nil {
		t.Fatal(err)
	}
	var documented, there []string
	for _, m := range regexp.MustCompile("(?m)^\\| `(STAFFELSTAB_[A-Z_]+)`").FindAllStringSubmatch(string(manual), -1) {
		documented = append(documented, m[1])
	}
	for _, leaf := range model(t).Leaves(true) {
		for _, f := range leaf.Flags {
			there = append(there, f.Envs...)
		}
		name := strings.TrimPrefix(leaf.FullPath(), "staffelstab ")
		last := name[strings.LastIndex(name, " ")+1:]
		if !regexp.MustCompile(fmt.Sprintf("`[^`]*\\b%s\\b", last)).Match(manual) {
			t.Errorf("the manual does not name %q", name)
		}
	}
	slices.Sort(there)
	slices.Sort(documented)
	if there = slices.Compact(there); !slices.Equal(there, documented) {
		t.Errorf("settings %v, but documented are %v", there, documented)
	}
}
