package testkit

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// postgresServer names the variable with the address of a PostgreSQL server
// whose user may create databases; scripts/test.sh sets it.
const postgresServer = "STAFFELSTAB_TEST_POSTGRES_URL"

// patience bounds each of the few statements a database costs, so that a
// server that hangs fails one test and not the whole run.
const patience = 30 * time.Second

// RequirePostgres makes an empty database for this test alone and returns its
// URL. It is dropped, with whoever is still connected, when the test ends.
func RequirePostgres(t testing.TB) string {
	t.Helper()
	server := os.Getenv(postgresServer)
	if server == "" {
		missing(t, "no PostgreSQL server; set "+postgresServer+" or run scripts/test.sh")
	}
	address, err := url.Parse(server)
	if err != nil || address.Host == "" {
		t.Fatalf("%s is not a URL such as postgres://user:password@host:5432/postgres", postgresServer)
	}
	name := databaseName(t)
	execute(t, server, "CREATE DATABASE "+name+" TEMPLATE template0 ENCODING 'UTF8'")
	t.Cleanup(func() { execute(t, server, "DROP DATABASE "+name+" WITH (FORCE)") })
	address.Path = "/" + name
	return address.String()
}

// databaseName is random, because test processes of several packages share
// one server.
func databaseName(t testing.TB) string {
	t.Helper()
	var raw [8]byte
	if _, err := rand.Read(raw[:]); err != nil {
		t.Fatal(err)
	}
	return "staffelstab_test_" + hex.EncodeToString(raw[:])
}

// execute runs a statement on a connection of its own. It ignores the test's
// context, which has already ended when clean-up runs.
func execute(t testing.TB, server, statement string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	connection, err := pgx.Connect(ctx, server)
	if err != nil {
		t.Fatalf("PostgreSQL does not answer: %v", err)
	}
	defer func() {
		if err := connection.Close(ctx); err != nil {
			t.Errorf("closing the connection to PostgreSQL: %v", err)
		}
	}()
	if _, err := connection.Exec(ctx, statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}
