package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"reflect"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"
)

// cleanText turns a text into one that both databases can hold: PostgreSQL
// refuses NUL and whatever is not UTF-8, SQLite takes both. Such characters
// come from old commits and from programs that try their luck; what is
// replaced here would otherwise block the projection or look like a defect.
func cleanText(s string) string {
	if utf8.ValidString(s) && !strings.ContainsRune(s, 0) {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// cleaned returns the arguments of a statement with clean texts. Texts that
// are stored and texts that are looked up pass here alike, so they still meet.
func cleaned(args []any) []any {
	out := args
	for i, arg := range args {
		v := reflect.ValueOf(arg)
		if v.Kind() != reflect.String {
			continue
		}
		if text := cleanText(v.String()); text != v.String() {
			if &out[0] == &args[0] { // the arguments belong to the caller
				out = append([]any{}, args...)
			}
			out[i] = text
		}
	}
	return out
}

// cleanPool is a connection pool that cleans the arguments of every statement.
type cleanPool struct {
	*sql.DB
}

func (p cleanPool) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return p.DB.ExecContext(ctx, query, cleaned(args)...)
}

func (p cleanPool) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return p.DB.QueryContext(ctx, query, cleaned(args)...)
}

func (p cleanPool) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return p.DB.QueryRowContext(ctx, query, cleaned(args)...)
}

// BeginTx makes gorm use cleanTx instead of the transaction itself.
func (p cleanPool) BeginTx(ctx context.Context, options *sql.TxOptions) (gorm.ConnPool, error) {
	tx, err := p.DB.BeginTx(ctx, options)
	if err != nil {
		return nil, err
	}
	return &cleanTx{tx}, nil
}

// cleanTx is the same for a transaction.
type cleanTx struct {
	*sql.Tx
}

func (t *cleanTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return t.Tx.ExecContext(ctx, query, cleaned(args)...)
}

func (t *cleanTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return t.Tx.QueryContext(ctx, query, cleaned(args)...)
}

func (t *cleanTx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return t.Tx.QueryRowContext(ctx, query, cleaned(args)...)
}

// maxIndexed is the longest text, in bytes, an index gets to see. PostgreSQL
// refuses entries above 2704 bytes, and then the row with them.
const maxIndexed = 1000

// indexed returns a text as it is stored in and looked up by an indexed
// column: itself, or when it is too long a beginning and a hash of the whole.
func indexed[T ~string](text T) T {
	if len(text) <= maxIndexed {
		return text
	}
	sum := sha256.Sum256([]byte(text))
	return T(cleanText(strings.ToValidUTF8(string(text[:maxIndexed-2*len(sum)]), ""))) + T(hex.EncodeToString(sum[:]))
}

// indexedAll does so with every text of a list.
func indexedAll(list []string) []string {
	out := make([]string, len(list))
	for i, text := range list {
		out[i] = indexed(text)
	}
	return out
}
