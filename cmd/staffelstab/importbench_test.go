package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"staffelstab/internal/i18n"
	"staffelstab/internal/ident"
)

// benchSubjects begin titles as those of an administration do: with any letter.
const benchSubjects = "Antrag Bauhof Chronik Dienstreise Ehrung Friedhof Gebühr Haushalt Inventar Jubiläum Kasse Lager Meldung Nachweis Ordnung Parkausweis " +
	"Quittung Rechnung Satzung Tarif Umzug Vergabe Winterdienst Zulage"

// BenchmarkImport applies an export of 5,000 documents of five kilobytes with
// the server stopped: read, converted, measured, written to Git as one commit
// each, recorded in the database, told to the desk. The index follows later.
func BenchmarkImport(b *testing.B) {
	const documents = 5000
	folder := b.TempDir()
	name := filepath.Join(folder, "gross.dxl")
	writeLargeExport(b, name, documents)
	catalogue, err := i18n.Load()
	must(b, err)
	for _, kind := range []string{"notes"} {
		data := filepath.Join(folder, kind)
		app, err := OpenApp(b.Context(), appConfig{Data: data, Log: slog.New(slog.DiscardHandler), Catalogue: catalogue, Create: true, IDs: ident.NewRandom()})
		must(b, err)
		debug.FreeOSMemory() // of the benchmarks before
		memory := watchMemory(b)
		job := &importJob{Source: kind, Files: []string{name}}
		began := time.Now()
		result, err := job.run(b.Context(), app, streams{out: io.Discard, err: io.Discard})
		took := time.Since(began)
		must(b, err)
		if result.Totals.Imported != documents {
			b.Fatalf("%+v", result.Totals)
		}
		must(b, app.Close())
		b.Run(kind, func(b *testing.B) { report(b, documents/took.Seconds(), "documents/s") })
		b.Run(kind+"-memory", func(b *testing.B) { report(b, memory.peak(), "peak-MB") })
	}
}

// writeLargeExport writes documents of five kilobytes.
func writeLargeExport(b *testing.B, name string, documents int) {
	b.Helper()
	subjects := strings.Fields(benchSubjects)
	f, err := os.Create(name)
	must(b, err)
	w := bufio.NewWriter(f)
	fmt.Fprint(w, "<?xml version='1.0' encoding='utf-8'?>\n<database xmlns='http://www.lotus.com/dxl' replicaid='"+replica+"' title='DEV'>\n")
	for n := range documents {
		var body strings.Builder
		for line := range 16 {
			fmt.Fprintf(&body, "Vor jeder Dienstreise ist der Antrag DR-%d/%d zu stellen und die Genehmigung der oder des Vorgesetzten abzuwarten; das gilt auch für Fahrten innerhalb der Stadt nach § %d des Gesetzes über Reisekosten.</par><par def='1'>", n, line, line)
		}
		fmt.Fprint(w, entry(n+1, fmt.Sprintf("%s %d nach Ort %d", subjects[n%len(subjects)], n, n%97), body.String()))
	}
	fmt.Fprint(w, "</database>\n")
	must(b, errors.Join(w.Flush(), f.Close()))
}
