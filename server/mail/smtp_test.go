package mail

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"staffelstab/internal/fault"
	"staffelstab/internal/notice"
)

// postOffice is a mail server in this process.
type postOffice struct {
	mu       sync.Mutex
	mails    []string // whole messages, as they came
	secure   []bool   // whether they came over TLS
	rcptErr  error    // what it says to a recipient
	dataErr  error    // what it says to a message
	password string   // of the user "stab"; empty: everybody may send
	port     int
}

func (o *postOffice) NewSession(c *smtp.Conn) (smtp.Session, error) {
	return &counter{office: o, conn: c, known: o.password == ""}, nil
}

// counter is one conversation.
type counter struct {
	office *postOffice
	conn   *smtp.Conn
	known  bool
}

func (c *counter) AuthMechanisms() []string { return []string{sasl.Plain} }

func (c *counter) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if c.known = user == "stab" && password == c.office.password; !c.known {
			return errors.New("who are you")
		}
		return nil
	}), nil
}

func (c *counter) Reset()        {}
func (c *counter) Logout() error { return nil }
func (c *counter) Mail(string, *smtp.MailOptions) error {
	if !c.known {
		return smtp.ErrAuthRequired
	}
	return nil
}

func (c *counter) Rcpt(string, *smtp.RcptOptions) error {
	c.office.mu.Lock()
	defer c.office.mu.Unlock()
	return c.office.rcptErr
}

func (c *counter) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	c.office.mu.Lock()
	defer c.office.mu.Unlock()
	if c.office.dataErr != nil {
		return c.office.dataErr
	}
	_, secure := c.conn.TLSConnectionState()
	c.office.mails, c.office.secure = append(c.office.mails, string(data)), append(c.office.secure, secure)
	return nil
}

func (o *postOffice) refuse(rcpt, data error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.rcptErr, o.dataErr = rcpt, data
}

func (o *postOffice) received() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]string{}, o.mails...)
}

// openOffice starts a mail server; with a certificate it speaks STARTTLS, or
// TLS from the first byte.
func openOffice(t *testing.T, password string, config *tls.Config, implicit bool) *postOffice {
	t.Helper()
	o := &postOffice{password: password}
	server := smtp.NewServer(o)
	server.Domain, server.AllowInsecureAuth = "localhost", true
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o.port = listener.Addr().(*net.TCPAddr).Port
	switch {
	case implicit:
		listener = tls.NewListener(listener, config)
	case config != nil:
		server.TLSConfig = config
	}
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	return o
}

// certificate is one for 127.0.0.1, and who trusts it.
func certificate(t *testing.T) (server, client *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, &tls.Config{RootCAs: roots, ServerName: "127.0.0.1"}
}

// sender sends to the office.
func (o *postOffice) sender(t *testing.T, s Server) *Sender {
	t.Helper()
	s.Host, s.Port, s.From = "127.0.0.1", o.port, "Staffelstab <stab@example.org>"
	sender, err := NewSender(s)
	if err != nil {
		t.Fatal(err)
	}
	return sender
}

func message() notice.Message {
	return notice.Message{ID: "abc@wissen.example.org", To: "petra@example.org", Subject: "Ihre Frage ist beantwortet – schön", Text: "Guten Tag\n", HTML: "<p>Guten Tag</p>", Wishes: "https://wissen.example.org/konto/folgen"}
}

func TestMailGoesOutEncryptedWithItsHead(t *testing.T) {
	server, client := certificate(t)
	for name, c := range map[string]struct {
		encryption Encryption
		config     *tls.Config
		password   string
	}{
		"starttls with sign-in": {StartTLS, server, "geheim"},
		"tls":                   {TLS, server, "geheim"},
		"in the clear":          {Plaintext, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			o := openOffice(t, c.password, c.config, c.encryption == TLS)
			s := Server{Encryption: c.encryption, Password: c.password, Config: client}
			if c.password != "" {
				s.User = "stab"
			}
			if err := o.sender(t, s).Send(t.Context(), message()); err != nil {
				t.Fatal(err)
			}
			mails := o.received()
			if len(mails) != 1 || o.secure[0] != (c.encryption != Plaintext) {
				t.Fatalf("received %q, over TLS %v", mails, o.secure)
			}
			read, err := netmail.ReadMessage(strings.NewReader(mails[0]))
			if err != nil {
				t.Fatal(err)
			}
			for header, want := range map[string]string{
				"To": "<petra@example.org>", "Message-Id": "<abc@wissen.example.org>", "Auto-Submitted": "auto-generated",
				"List-Unsubscribe": "<https://wissen.example.org/konto/folgen>",
			} {
				if got := read.Header.Get(header); got != want {
					t.Errorf("%s is %q", header, got)
				}
			}
			if got := read.Header.Get("Content-Type"); !strings.HasPrefix(got, "multipart/alternative") {
				t.Errorf("type %q", got)
			}
		})
	}
}

func TestMailNeverGoesOutInTheClearWhereTLSIsWanted(t *testing.T) {
	_, client := certificate(t)
	o := openOffice(t, "", nil, false)
	if err := o.sender(t, Server{Encryption: StartTLS, Config: client}).Send(t.Context(), message()); err == nil || len(o.received()) != 0 {
		t.Errorf("sent in the clear: %v", err)
	}
	server, _ := certificate(t)
	o = openOffice(t, "", server, false)
	if err := o.sender(t, Server{Encryption: StartTLS, Config: client}).Send(t.Context(), message()); err == nil || len(o.received()) != 0 {
		t.Errorf("sent to a stranger: %v", err)
	}
}

func TestServerThatSaysNoIsAskedAgainOnlyWhenThatHelps(t *testing.T) {
	o := openOffice(t, "", nil, false)
	sender := o.sender(t, Server{Encryption: Plaintext})
	for name, c := range map[string]struct {
		rcpt, data error
		refused    bool
	}{
		"busy":         {&smtp.SMTPError{Code: 451, Message: "later"}, nil, false},
		"busy at last": {nil, &smtp.SMTPError{Code: 452, Message: "full"}, false},
		"no such user": {&smtp.SMTPError{Code: 550, Message: "nobody"}, nil, true},
		"spam":         {nil, &smtp.SMTPError{Code: 554, Message: "no"}, true},
	} {
		o.refuse(c.rcpt, c.data)
		err := sender.Send(t.Context(), message())
		var refused notice.Refused
		if err == nil || errors.As(err, &refused) != c.refused {
			t.Errorf("%s: %v, refused %t", name, err, errors.As(err, &refused))
		}
	}
	o.refuse(nil, nil)
	if err := sender.Send(t.Context(), message()); err != nil || len(o.received()) != 1 {
		t.Errorf("after that: %v, %d mails", err, len(o.received()))
	}
	wrong := openOffice(t, "geheim", nil, false).sender(t, Server{Encryption: Plaintext, User: "stab", Password: "falsch"})
	var refused notice.Refused
	if err := wrong.Send(t.Context(), message()); err == nil || errors.As(err, &refused) {
		t.Errorf("a wrong password can be mended: %v", err)
	}
	nobody := openOffice(t, "", nil, false).sender(t, Server{Encryption: Plaintext})
	nobody.server.Port = 1
	if err := nobody.Send(t.Context(), message()); err == nil || errors.As(err, &refused) {
		t.Errorf("no server: %v", err)
	}
}

func TestNothingBecomesALineOfTheHead(t *testing.T) {
	o := openOffice(t, "", nil, false)
	sender := o.sender(t, Server{Encryption: Plaintext})
	m := message()
	m.Subject, m.ID, m.Wishes = "Neu\r\nBcc: alle@example.org", "x\r\nBcc: alle@example.org", "https://x\r\nBcc: alle@example.org"
	if err := sender.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	read, err := netmail.ReadMessage(strings.NewReader(o.received()[0]))
	if err != nil || read.Header.Get("Bcc") != "" {
		t.Errorf("head %v, %v", read.Header, err)
	}
	for _, to := range []string{"", "petra", "a@example.org\r\nBcc: alle@example.org", "a@example.org, b@example.org"} {
		m := message()
		m.To = to
		var refused notice.Refused
		if err := sender.Send(t.Context(), m); !errors.As(err, &refused) {
			t.Errorf("sent to %q: %v", to, err)
		}
	}
	if n := len(o.received()); n != 1 {
		t.Errorf("%d mails", n)
	}
}

func TestWrongSettingsAreNamedAtStart(t *testing.T) {
	for key, s := range map[string]Server{
		"notice.bad-sender": {Host: "localhost", Encryption: TLS, From: "niemand"},
		"notice.bad-server": {Encryption: TLS, From: "a@example.org"},
	} {
		_, err := NewSender(s)
		if f, ok := fault.Of(err); !ok || f.Key != key {
			t.Errorf("%+v: %v", s, err)
		}
	}
	if _, err := NewSender(Server{Host: "localhost", Encryption: "ssl3", From: "a@example.org"}); err == nil {
		t.Error("an unknown encryption passes")
	}
}
