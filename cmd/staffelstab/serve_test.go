package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var setupAddress = regexp.MustCompile(`/einrichtung/[A-Za-z0-9_-]{20,}`)

// form posts a form as a page of the server does.
func (s served) form(path string, fields url.Values) (int, string) {
	return s.do(http.MethodPost, path, fields.Encode(), "Content-Type", "application/x-www-form-urlencoded", "Origin", s.url, "Sec-Fetch-Site", "same-origin")
}

// TestTheFirstAdministratorIsMadeOnce follows the address that serve prints.
func TestTheFirstAdministratorIsMadeOnce(t *testing.T) {
	data := filepath.Join(t.TempDir(), "d")
	first := serveHere(t, "--data", data)
	door := setupAddress.FindString(first.greeting)
	if door == "" {
		t.Fatalf("no address in %q", first.greeting)
	}
	first.stop()

	second := serveHere(t, "--data", data)
	fresh := setupAddress.FindString(second.greeting)
	if fresh == "" || fresh == door {
		t.Fatalf("without an account the second start prints %q after %q", fresh, door)
	}
	for name, path := range map[string]string{"the address of the start before": door, "an invented one": "/einrichtung/" + strings.Repeat("x", 43)} {
		if status, _ := second.get(path); status != http.StatusNotFound {
			t.Errorf("%s answers %d", name, status)
		}
	}
	if status, page := second.get(fresh); status != http.StatusOK || !strings.Contains(page, "<form") {
		t.Fatalf("the right address answers %d", status)
	}
	fields := url.Values{"anmeldename": {"chefin"}, "name": {"Frieda Chefin"}, "passwort": {"kurz"}, "wiederholung": {"kurz"}}
	if status, _ := second.form(fresh, fields); status != http.StatusUnprocessableEntity {
		t.Errorf("a short password answers %d", status)
	}
	command(t, "", "user", "list", "--data", data).silent(t, "chefin")
	fields.Set("passwort", passphrase)
	fields.Set("wiederholung", passphrase)
	if status, page := second.form(fresh, fields); status != http.StatusSeeOther {
		t.Fatalf("the form answers %d:\n%s", status, page)
	}
	command(t, "", "user", "list", "--data", data).want(t, exitDone, "chefin  Frieda Chefin", "admin")
	if status, _ := second.get(fresh); status != http.StatusNotFound {
		t.Errorf("the address still answers %d", status)
	}
	second.stop()
	if third := serveHere(t, "--data", data); setupAddress.MatchString(third.greeting) {
		t.Errorf("there is an administrator, and still serve says %q", third.greeting)
	}
}

// TestAnAccountFromTheCommandLineClosesTheDoor makes the administrator by
// command while the address lies open.
func TestAnAccountFromTheCommandLineClosesTheDoor(t *testing.T) {
	data := filepath.Join(t.TempDir(), "d")
	s := serveHere(t, "--data", data)
	command(t, passphrase, "user", "add", "--data", data, "--name", "Frieda Chefin", "--role", "admin", "chefin").want(t, exitDone)
	fields := url.Values{"anmeldename": {"zweite"}, "name": {"Zweite Chefin"}, "passwort": {passphrase}, "wiederholung": {passphrase}}
	if status, _ := s.form(setupAddress.FindString(s.greeting), fields); status != http.StatusNotFound {
		t.Errorf("with an administrator the address answers %d", status)
	}
	command(t, "", "user", "list", "--data", data).want(t, exitDone, "chefin").silent(t, "zweite")
}

// TestThePublicAddressIsPrintedAndSecuresCookies starts behind a TLS proxy and
// without one.
func TestThePublicAddressIsPrintedAndSecuresCookies(t *testing.T) {
	for base, secure := range map[string]bool{"https://wissen.example.org/": true, "http://wissen.example.org": false, "": false} {
		data := newFolder(t)
		command(t, passphrase, "user", "add", "--data", data, "--name", "Erika Muster", "erika").want(t, exitDone)
		port := freePort(t)
		s := serveHere(t, "--data", data, "--listen", port, "--base-url", base)
		public := strings.TrimSuffix(base, "/")
		if public == "" {
			public = "http://" + port
		}
		if !strings.Contains(s.greeting, "Staffelstab läuft: "+public+"\n") || !strings.Contains(s.greeting, public+"/einrichtung/") {
			t.Errorf("%q is announced as %q", base, s.greeting)
		}
		s.url = "http://" + port
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/anmelden", strings.NewReader(url.Values{"anmeldename": {"erika"}, "passwort": {passphrase}}.Encode()))
		must(t, err)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer, err := http.DefaultTransport.RoundTrip(r)
		must(t, err)
		answer.Body.Close()
		cookies := answer.Cookies()
		if len(cookies) == 0 {
			t.Fatalf("%q: signing in answers %d without a cookie", base, answer.StatusCode)
		}
		for _, c := range cookies {
			if c.Secure != secure || !c.HttpOnly {
				t.Errorf("%q: cookie %s is secure %v, hidden from scripts %v", base, c.Name, c.Secure, c.HttpOnly)
			}
		}
		s.stop()
	}
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	return l.Addr().String()
}

// TestATakenPortIsSaidBeforeAnythingIsMade names the address; the folder stays
// unmade.
func TestATakenPortIsSaidBeforeAnythingIsMade(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	data := filepath.Join(t.TempDir(), "d")
	command(t, "", "serve", "--data", data, "--listen", l.Addr().String()).want(t, exitFailed, "Auf "+l.Addr().String()+" kann der Server nicht hören")
	if _, err := os.Stat(data); err == nil {
		t.Error("the folder was made all the same")
	}
}

// TestTheDemoListensOnThisMachineOnly tries addresses by which others could
// come in.
func TestTheDemoListensOnThisMachineOnly(t *testing.T) {
	data := filepath.Join(t.TempDir(), "d")
	for _, listen := range []string{":0", "0.0.0.0:0", "[::]:0", "192.168.1.7:8080", "demo.example.org:80", "127.0.0.1.example.org:80", "localhost.:0", "8080"} {
		command(t, "", "serve", "--demo", "--data", data, "--listen", listen).want(t, exitFailed, listen)
		if _, err := os.Stat(data); err == nil {
			t.Fatalf("%s made a folder", listen)
		}
	}
}

// TestTheDemoKnowsOnlyThisMachine asks the running demo under other names and
// through a proxy, and looks at what it offers.
func TestTheDemoKnowsOnlyThisMachine(t *testing.T) {
	data := filepath.Join(t.TempDir(), "d")
	s := serveHere(t, "--demo", "--data", data)
	if setupAddress.MatchString(s.greeting) || !strings.Contains(s.greeting, demoPassword) {
		t.Errorf("the demo greets with %q", s.greeting)
	}
	for _, p := range demoPeople() {
		if !strings.Contains(s.greeting, p.login) {
			t.Errorf("the demo does not offer %s", p.login)
		}
	}
	port := s.url[strings.LastIndex(s.url, ":"):]
	for name, c := range map[string]struct {
		headers []string
		status  int
	}{
		"by its address":      {nil, http.StatusOK},
		"by name":             {[]string{"Host", "localhost" + port}, http.StatusOK},
		"a foreign name":      {[]string{"Host", "demo.example.org" + port}, http.StatusForbidden},
		"a rebinding address": {[]string{"Host", "127.0.0.1.nip.io"}, http.StatusForbidden},
		"through a proxy":     {[]string{"X-Forwarded-For", "127.0.0.1"}, http.StatusForbidden},
		"by the new header":   {[]string{"Forwarded", "for=127.0.0.1"}, http.StatusForbidden},
	} {
		if status, _ := s.get("/anmelden", c.headers...); status != c.status {
			t.Errorf("%s: %d instead of %d", name, status, c.status)
		}
	}
	s.stop()
	mark, err := os.ReadFile(filepath.Join(data, demoMark))
	if err != nil || strings.TrimSpace(string(mark)) != version {
		t.Errorf("the folder is marked %q (%v)", mark, err)
	}
	command(t, "", "serve", "--data", data, "--listen", "127.0.0.1:0").want(t, exitFailed, "Ordner der Vorführung")
	must(t, os.Remove(filepath.Join(data, demoMark))) // then it is a folder of the city
	command(t, "", "serve", "--demo", "--data", data, "--listen", "127.0.0.1:0").want(t, exitFailed, "kein Ordner der Vorführung")
}

// TestTheDescriptionIsTheOneTheServerServes compares the command with the
// running server.
func TestTheDescriptionIsTheOneTheServerServes(t *testing.T) {
	s := serveHere(t, "--data", filepath.Join(t.TempDir(), "d"))
	status, body := s.get("/openapi.json")
	printed := command(t, "", "openapi").want(t, exitDone).out
	if status != http.StatusOK || strings.TrimSpace(body) != strings.TrimSpace(printed) {
		t.Errorf("status %d; %d bytes are served and %d printed", status, len(body), len(printed))
	}
	if !strings.HasSuffix(printed, "}\n") || strings.HasSuffix(printed, "\n\n") {
		t.Error("the document does not end in one line break")
	}
}

// TestTheServerFinishesWhatItBegan ends the server while an article is still
// being sent: the request gets its answer, the text is kept, and nobody new is
// let in.
func TestTheServerFinishesWhatItBegan(t *testing.T) {
	data := newFolder(t)
	command(t, passphrase, "user", "add", "--data", data, "--name", "Erika Muster", "--department", "66", "--role", "author", "--scope", "fb:66", "erika").want(t, exitDone)
	token := strings.TrimSpace(command(t, "", "token", "create", "--data", data, "--user", "erika", "--scope", "write").want(t, exitDone).out)
	s := serveHere(t, "--data", data)
	host := strings.TrimPrefix(s.url, "http://")
	body := `{"title":"Kurz vor Schluss","department":"66","body":"Noch fertig gesendet."}`
	conn, err := net.Dial("tcp", host)
	must(t, err)
	defer conn.Close()
	_, err = fmt.Fprintf(conn, "POST /api/v1/articles HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", host, token, len(body))
	must(t, err)
	answers := bufio.NewReader(conn)
	line, err := answers.ReadString('\n') // the handler has begun to read
	if err != nil || !strings.HasPrefix(line, "HTTP/1.1 100") {
		t.Fatalf("%q %v", line, err)
	}
	ended := make(chan int, 1)
	go func() { ended <- s.stop() }()
	for { // until the server lets nobody in
		other, err := net.Dial("tcp", host)
		if err != nil {
			break
		}
		other.Close()
	}
	_, err = io.WriteString(conn, body)
	must(t, err)
	_, err = answers.ReadString('\n') // the rest of the interim answer
	must(t, err)
	answer, err := http.ReadResponse(answers, nil)
	must(t, err)
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusCreated {
		t.Errorf("the request that ran is answered %s", answer.Status)
	}
	if status := <-ended; status != exitDone {
		t.Errorf("the server ended with status %d", status)
	}
	if _, err := os.Stat(filepath.Join(data, socketName)); err == nil {
		t.Error("the socket is left behind")
	}
	command(t, "", "check", "--data", data, "--read-data").want(t, exitDone, "1 Texte geprüft, 0 Befunde")
}

// TestALevelOfLoggingIsKept starts once with everything and once with errors
// only.
func TestALevelOfLoggingIsKept(t *testing.T) {
	for level, talks := range map[string]bool{"debug": true, "info": true, "error": false} {
		s := serveHere(t, "--data", filepath.Join(t.TempDir(), "d"), "--log-level", level)
		s.get("/healthz")
		s.stop()
		if log := s.log.String(); strings.Contains(log, `"level":"INFO"`) != talks {
			t.Errorf("%s writes %q", level, log)
		}
	}
}
