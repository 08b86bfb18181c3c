package content

import (
	"context"
	"errors"
	"io"
	"path"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"staffelstab/internal/fault"
)

// The words of files are found like those of texts, but reading them takes time
// and may fail. A text is in the index at once; its files are noted as unread,
// one reader takes them up in turn, and then the text is put into the index once
// more. What waits is kept with the database, so that a restart loses nothing.

// ErrNotReading is what an Extractor answers that reads nothing at the moment,
// because too many files keep it busy for ever.
var ErrNotReading = errors.New("content: files are not being read")

// Extractor reads the words of files.
type Extractor interface {
	// Text returns the words of a file, bounded in length, time and memory; ""
	// when it has none. Some words may come with an error. It is
	// context.DeadlineExceeded for a file that takes too long, ErrNotReading when
	// trying others makes no sense either.
	Text(ctx context.Context, name string, f io.ReadSeeker) (string, error)
}

// Unreadable says why the words of a file are not found; empty: they are.
type Unreadable string

// The reasons.
const (
	UnreadableDamaged  Unreadable = "damaged"
	UnreadableSlow     Unreadable = "slow"     // it took too long or too much memory, again and again
	UnreadableMissing  Unreadable = "missing"  // its bytes are not where they should be
	UnreadableRedacted Unreadable = "redacted" // it may quote what was redacted before it was read
)

// FileReading is a file beside a text whose words the index waits for.
type FileReading struct {
	SHA256   string
	Article  ID
	Attempts int // that failed
}

// ReadFile is what a reading brought. With a time in Again it is not the end.
type ReadFile struct {
	Text       string
	Unreadable Unreadable
	Attempts   int
	Again      time.Time
}

// FileTexts remembers the words of stored files, so that none is read twice, and
// which ones texts wait for.
type FileTexts interface {
	// FileText is NotFound for a file that was not read to an end.
	FileText(ctx context.Context, sha256 string) (string, error)
	// AwaitFileTexts notes files to be read. What is known of them stays.
	AwaitFileTexts(ctx context.Context, list []FileReading) error
	// FileReadings lists what is to be done now, also texts whose file was read but
	// who were not told.
	FileReadings(ctx context.Context, now time.Time, limit int) ([]FileReading, error)
	// EndFileReadings forgets those whose file was read; the others stay.
	EndFileReadings(ctx context.Context, list []FileReading) error
	// ForgetFileReading ends a text's waiting for a file that went.
	ForgetFileReading(ctx context.Context, r FileReading) error
	// SettleFile keeps what a reading brought. It is NotFound when the file was
	// redacted or read meanwhile.
	SettleFile(ctx context.Context, sha256 string, r ReadFile) error
	UnreadableFiles(ctx context.Context, sha256 []string) (map[string]Unreadable, error)
}

// maxIndexedText bounds the words of one file in the index, in bytes.
const maxIndexedText = 200 << 10

// fileSections are the words of the files beside a text, for the index. Files
// that were not read yet are noted; see indexer.await.
func (l *Library) fileSections(ctx context.Context, snapshot Snapshot, name string, id ID, kind Kind) ([]IndexSection, error) {
	if l.Extractor == nil || kind.IsLearning() { // a module's files lie beside every lesson
		return nil, nil
	}
	list, err := attachmentsBeside(snapshot, name)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	if list, err = withSizes(snapshot, path.Dir(name), list); err != nil {
		return nil, err
	}
	var out []IndexSection
	for _, f := range list {
		if f.SHA256 == "" || IsImage(f.Name) {
			continue
		}
		text, err := l.Texts.FileText(ctx, f.SHA256)
		if fault.Is(err, fault.NotFound) {
			l.index.unread = append(l.index.unread, FileReading{SHA256: f.SHA256, Article: id})
			continue
		}
		if err != nil {
			return nil, err
		}
		for len(text) > maxIndexedText || !utf8.ValidString(text) {
			text = strings.ToValidUTF8(text[:min(len(text), maxIndexedText)], "")
		}
		if strings.TrimSpace(text) != "" {
			out = append(out, IndexSection{File: f.Name, Path: []string{f.Name}, Text: text})
		}
	}
	return out, nil
}

// maxUnread is how many files are noted in one go.
const maxUnread = 500

// await notes the files that were found unread, before the index is stamped with
// the commit: afterwards nobody would look at them again.
func (x *indexer) await(ctx context.Context) error {
	if len(x.unread) == 0 {
		return nil
	}
	if err := x.library.Texts.AwaitFileTexts(ctx, x.unread); err != nil {
		return err
	}
	x.unread = nil
	x.library.reader.Wake()
	return nil
}

// fileReader reads files beside texts, one after the other.
type fileReader struct {
	library *Library
	wake    chan struct{}
	turn    sync.Mutex
	stuck   bool // and the log says so
}

// Wake tells the reader that there is something to do. It never blocks.
func (x *fileReader) Wake() {
	select {
	case x.wake <- struct{}{}:
	default:
	}
}

// lookAgain is how often the reader looks for files whose time has come.
const lookAgain = time.Minute

// Run reads until the context ends.
func (x *fileReader) Run(ctx context.Context) {
	for {
		err := x.library.ReadFiles(ctx)
		if err != nil && ctx.Err() == nil && !errors.Is(err, ErrNotReading) {
			x.library.Log.Error("words of files are not read", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-x.wake:
		case <-time.After(lookAgain):
		}
	}
}

// readBatch is how many files are read before their texts go into the index.
const readBatch = 8

// ReadFiles reads the words of all files whose time has come and puts them into
// the index. The library does so by itself once it is started.
func (l *Library) ReadFiles(ctx context.Context) error {
	if l.Extractor == nil {
		return nil
	}
	l.reader.turn.Lock()
	defer l.reader.turn.Unlock()
	for {
		batch, err := l.Texts.FileReadings(ctx, l.Now(), readBatch)
		if err != nil || len(batch) == 0 {
			return err
		}
		var done []FileReading
		waits := map[string]bool{} // failed a moment ago, beside another text
		for _, r := range batch {
			if waits[r.SHA256] {
				continue
			}
			began := l.Now()
			settled, err := l.readFile(ctx, r)
			if err == nil {
				err = rest(ctx, l.Now().Sub(began))
			}
			if err != nil {
				return errors.Join(err, l.told(ctx, done))
			}
			if waits[r.SHA256] = !settled; settled {
				done = append(done, r)
			}
		}
		if err := l.told(ctx, done); err != nil {
			return err
		}
	}
}

// rest leaves the processor to people as long as a file had it.
func rest(ctx context.Context, took time.Duration) error {
	if took <= 0 {
		return nil
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(took):
		return nil
	}
}

// told puts the texts of files that were read into the index.
func (l *Library) told(ctx context.Context, done []FileReading) error {
	if len(done) == 0 {
		return nil
	}
	texts := make([]ID, len(done))
	for i, r := range done {
		texts[i] = r.Article
	}
	if err := l.indexAgain(ctx, texts); err != nil {
		return err
	}
	return l.Texts.EndFileReadings(ctx, done)
}

// readFile reads one file, unless it was read, and reports whether there is
// something the text should hear.
func (l *Library) readFile(ctx context.Context, r FileReading) (settled bool, err error) {
	if _, err := l.Texts.FileText(ctx, r.SHA256); !fault.Is(err, fault.NotFound) {
		return err == nil, err
	}
	name, err := l.fileNamed(ctx, r)
	if fault.Is(err, fault.NotFound) {
		return false, l.Texts.ForgetFileReading(ctx, r)
	}
	if err != nil {
		return false, err
	}
	text, why, err := l.extract(ctx, name, r.SHA256)
	if err != nil {
		return false, err
	}
	read := ReadFile{Text: text, Unreadable: why, Attempts: r.Attempts}
	if why != "" {
		read.Attempts++
		if pause := retryAfter(why, read.Attempts); pause > 0 {
			read.Again = l.Now().Add(pause)
		}
		l.Log.Warn("the words of a file cannot be read", "article", string(r.Article), "sha256", r.SHA256, "reason", string(why), "attempts", read.Attempts, "again", read.Again)
	}
	err = l.Texts.SettleFile(ctx, r.SHA256, read)
	if fault.Is(err, fault.NotFound) { // the text hears what became of it, or waits anew
		return true, nil
	}
	return err == nil && read.Again.IsZero(), err
}

// fileNamed finds what a file is called beside a text.
func (l *Library) fileNamed(ctx context.Context, r FileReading) (string, error) {
	a, err := l.Catalogue.Article(ctx, r.Article)
	if err != nil {
		return "", err
	}
	list, err := l.attachments(ctx, a)
	if err != nil {
		return "", err
	}
	for _, f := range list {
		if f.SHA256 == r.SHA256 {
			return f.Name, nil
		}
	}
	return "", fault.New(fault.NotFound, "content.attachment-missing", "name", "")
}

// extract takes the words out of a stored file. An error is nobody's file's
// fault.
func (l *Library) extract(ctx context.Context, name, sha256 string) (string, Unreadable, error) {
	data, err := l.Files.Open(ctx, sha256)
	if err != nil {
		return "", UnreadableMissing, ctx.Err()
	}
	text, err := l.Extractor.Text(ctx, name, data)
	err = errors.Join(err, data.Close())
	if errors.Is(err, ErrNotReading) {
		if !l.reader.stuck {
			l.Log.Error("words of files are not read until those that hang end or the server restarts", "waiting", sha256)
		}
		l.reader.stuck = true
		return "", "", ErrNotReading
	}
	l.reader.stuck = false
	text = strings.ReplaceAll(strings.ToValidUTF8(text, ""), "\x00", "")
	switch {
	case ctx.Err() != nil:
		return "", "", ctx.Err()
	case errors.Is(err, context.DeadlineExceeded):
		return text, UnreadableSlow, nil
	case err != nil:
		return text, UnreadableDamaged, nil
	}
	return text, "", nil
}

// How often a file is tried that takes too long, or whose bytes are missing.
const (
	maxSlow    = 3
	maxMissing = 10
)

// retryAfter is how long a file waits after so many failures; 0: for ever. Damage
// does not heal, a busy machine does, and missing bytes may be put back.
func retryAfter(why Unreadable, attempts int) time.Duration {
	switch {
	case why == UnreadableDamaged, why == UnreadableSlow && attempts >= maxSlow, attempts >= maxMissing:
		return 0
	case attempts == 1:
		return 10 * time.Minute
	case attempts == 2:
		return 2 * time.Hour
	}
	return 24 * time.Hour
}

// markUnreadable notes which files beside a text could not be read.
func (l *Library) markUnreadable(ctx context.Context, list []Attachment) error {
	if l.Extractor == nil {
		return nil
	}
	var stored []string
	for _, f := range list {
		if f.SHA256 != "" {
			stored = append(stored, f.SHA256)
		}
	}
	reasons, err := l.Texts.UnreadableFiles(ctx, stored)
	for i := range list {
		list[i].Unreadable = reasons[list[i].SHA256]
	}
	return err
}
