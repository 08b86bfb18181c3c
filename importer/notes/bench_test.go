package notes

import (
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/metrics"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"staffelstab/importer"
	"staffelstab/importer/importertest"
)

// shareName names the variable with the part of the large exports to measure,
// such as 0.1: a tenth of the documents and of the gigabyte.
const shareName = "STAFFELSTAB_BENCH_SHARE"

func share(n int64) int64 {
	if part, err := strconv.ParseFloat(os.Getenv(shareName), 64); err == nil && part > 0 && part < 1 {
		return max(1, int64(part*float64(n)))
	}
	return n
}

// export is a generated DXL file: nobody holds a whole one.
type export struct {
	documents int64
	make      func(n int64) io.Reader
	next      int64
	now       io.Reader
}

func newExport(documents int64, make func(n int64) io.Reader) *export {
	return &export{documents: documents, make: make, now: strings.NewReader(head)}
}

func (e *export) Read(p []byte) (int, error) {
	for {
		n, err := e.now.Read(p)
		if n > 0 || err != io.EOF {
			return n, nil
		}
		switch {
		case e.next < e.documents:
			e.now = e.make(e.next)
		case e.next == e.documents:
			e.now = strings.NewReader(`</database>`)
		default:
			return 0, io.EOF
		}
		e.next++
	}
}

// Close implements io.Closer.
func (e *export) Close() error { return nil }

// ordinary is a document of five kilobytes as offices write them: headings,
// lists, a table, links.
func ordinary(n int64) string {
	var b strings.Builder
	b.WriteString(listDef("2", "1.25in", "number") + listDef("3", "1.5in", "bullet"))
	for part := range 3 {
		fmt.Fprintf(&b, `<par def='1'>%s</par>`, styled("bold", "14pt", fmt.Sprintf("Abschnitt %d.%d", n, part)))
		for line := range 4 {
			fmt.Fprintf(&b, `<par def='1'>Vor <run><font style='bold'/>jeder</run> Dienstreise ist der Antrag „DR-%d“ zu stellen &amp; die Genehmigung der oder des Vorgesetzten <run><font style='italic'/>abzuwarten</run>; das gilt auch für Fahrten innerhalb der Stadt (§ %d LRKG).</par>`, n, line)
		}
		b.WriteString(par("2", "Antrag ausfüllen") + par("3", "bei Auslandsreisen zusätzlich das Dezernat") + par("2", "Abrechnung binnen 6 Monaten vorlegen"))
	}
	b.WriteString(`<table><tablecolumn width='50%'/><tablecolumn width='50%'/>`)
	for row := range 4 {
		fmt.Fprintf(&b, `<tablerow><tablecell>%s</tablecell><tablecell>%s</tablecell></tablerow>`, par("1", fmt.Sprintf("bis %d km", row*50)), par("1", fmt.Sprintf("0,%d0 €", row)))
	}
	b.WriteString(`</table>` + par("1", fmt.Sprintf(`Siehe <doclink document='C1257A3B00412345C1257A4C%08X' description='die Rahmenbedingung'/> und <urllink href='https://example.org/lrkg?x=%d'>Gesetzestext</urllink>.`, n/2+1, n)))
	return doc(int(n+1), body(b.String()))
}

func TestTheMeasuredDocumentHasFiveKilobytes(t *testing.T) {
	if size := len(ordinary(7)); size < 4500 || size > 6000 {
		t.Errorf("%d bytes", size)
	}
}

// peakMemory watches what the process takes from the system until it is asked.
func peakMemory(b *testing.B) func() float64 {
	var peak atomic.Uint64
	done := make(chan struct{})
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	look := func() {
		metrics.Read(samples)
		if now := samples[0].Value.Uint64() - samples[1].Value.Uint64(); now > peak.Load() {
			peak.Store(now)
		}
	}
	go func() {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				look()
			}
		}
	}()
	return func() float64 {
		close(done)
		return float64(peak.Load()) / (1 << 20)
	}
}

// planned plans the import of a generated export and reports what people wait
// for.
func planned(b *testing.B, documents int64, make func(n int64) io.Reader) {
	var size int64
	for b.Loop() {
		options := planOptions(b)
		progress := 0
		options.Progress = func(done, _ int) { progress = done }
		s := &Source{Files: []string{"export.dxl"}, Limits: DefaultLimits(), Place: time.UTC, open: func(string) (io.ReadCloser, error) {
			size = 0
			return struct {
				io.Reader
				io.Closer
			}{io.TeeReader(newExport(documents, make), counter{&size}), io.NopCloser(nil)}, nil
		}}
		peak := peakMemory(b)
		began := time.Now()
		report, err := importer.Plan(b.Context(), importertest.NewMemory(), s, options)
		took := time.Since(began).Seconds()
		memory := peak()
		if err != nil || int64(report.Totals.Imported) != documents || int64(progress) != documents || report.Totals.Failed > 0 {
			b.Fatalf("%+v, error %v", report.Totals, err)
		}
		b.ReportMetric(float64(documents)/took, "docs/s")
		b.ReportMetric(float64(size)/took/1e6, "MB/s")
		b.ReportMetric(memory, "peak-MB")
		b.ReportMetric(0, "ns/op")
	}
}

type counter struct{ n *int64 }

func (c counter) Write(p []byte) (int, error) {
	*c.n += int64(len(p))
	return len(p), nil
}

// BenchmarkImportDocuments reads, converts and checks ordinary documents.
func BenchmarkImportDocuments(b *testing.B) {
	planned(b, share(10_000), func(n int64) io.Reader { return strings.NewReader(ordinary(n)) })
}

// BenchmarkImportGigabyte reads an export of one gigabyte, most of it
// attachments.
func BenchmarkImportGigabyte(b *testing.B) {
	const attached, documents = 20 << 20, 38
	line := base64.StdEncoding.EncodeToString([]byte("Anlage zur Dienstanweisung: 57 Bytes in jeder ihrer Zeilen")[:57]) + "\n"
	planned(b, share(documents), func(n int64) io.Reader {
		before, after, _ := strings.Cut(strings.Replace(ordinary(n), `</document>`, file(`name='Anlage.bin'`, data("|"))+`</document>`, 1), "|")
		return io.MultiReader(strings.NewReader(before), io.LimitReader(&repeated{text: line}, attached/3*4), strings.NewReader(after))
	})
}

// repeated is a text without end.
type repeated struct {
	text string
	at   int
}

func (r *repeated) Read(p []byte) (int, error) {
	for n := 0; n < len(p); {
		c := copy(p[n:], r.text[r.at:])
		n += c
		r.at = (r.at + c) % len(r.text)
	}
	return len(p), nil
}

func TestWhatARunKeepsOfADocumentIsSmall(t *testing.T) {
	// A title must not hold the whole text it was read from.
	text := strings.Repeat("Ein langer Text, der nicht im Speicher bleibt. ", 8000)
	var kept []string
	for n := range 300 {
		d := readString(t, head+doc(n, body(par("1", text)))+`</database>`).docs[0]
		kept = append(kept, d.Title, d.Origin.UNID, d.Origin.Form)
	}
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if m.HeapAlloc > 64<<20 {
		t.Errorf("%d MB are held for %d words", m.HeapAlloc>>20, len(kept))
	}
	runtime.KeepAlive(kept)
}
