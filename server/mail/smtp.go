// Package mail writes mails about notices and the weekly digest and hands them
// to a mail server by SMTP.
//
// A mail says that something happened and where to read it. It never carries
// words of a text, and of a text that is not for everybody not even the title:
// mail travels and stays where the product decides nothing any more.
package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"time"

	gomail "github.com/wneessen/go-mail"

	"staffelstab/internal/fault"
	"staffelstab/internal/notice"
)

// Encryption is how the connection to the mail server is protected.
type Encryption string

// The encryptions.
const (
	StartTLS  Encryption = "starttls" // begins in the clear and must change to TLS
	TLS       Encryption = "tls"      // from the first byte
	Plaintext Encryption = "none"     // for a server on the same machine
)

// Server is where mails go.
type Server struct {
	Host       string
	Port       int // 0: 587 with starttls, 465 with tls, 25 without
	Encryption Encryption
	User       string // empty: no sign-in
	Password   string
	From       string      // address, or "Name <address>"
	Config     *tls.Config // nil: the system's roots
}

// sendTimeout bounds one conversation with the server.
const sendTimeout = 30 * time.Second

// Sender sends mails by SMTP, one connection each. It is safe for concurrent
// use.
type Sender struct{ server Server }

// NewSender checks the settings; it does not connect.
func NewSender(s Server) (*Sender, error) {
	sender := &Sender{s}
	if _, err := sender.client(); err != nil {
		return nil, fault.New(fault.Invalid, "notice.bad-server").Because(err)
	}
	if err := gomail.NewMsg().From(s.From); err != nil {
		return nil, fault.New(fault.Invalid, "notice.bad-sender").Because(err)
	}
	return sender, nil
}

func (s *Sender) client() (*gomail.Client, error) {
	o := []gomail.Option{gomail.WithTimeout(sendTimeout)}
	port := s.server.Port
	switch s.server.Encryption {
	case StartTLS:
		o, port = append(o, gomail.WithTLSPolicy(gomail.TLSMandatory)), or(port, 587)
	case TLS:
		o, port = append(o, gomail.WithSSL()), or(port, 465)
	case Plaintext:
		o, port = append(o, gomail.WithTLSPolicy(gomail.NoTLS)), or(port, 25)
	default:
		return nil, fmt.Errorf("mail: no encryption %q", s.server.Encryption)
	}
	o = append(o, gomail.WithPort(port))
	if s.server.Config != nil {
		o = append(o, gomail.WithTLSConfig(s.server.Config))
	}
	if s.server.User != "" {
		o = append(o, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(s.server.User), gomail.WithPassword(s.server.Password))
	}
	return gomail.NewClient(s.server.Host, o...)
}

// Send hands a message to the server.
func (s *Sender) Send(ctx context.Context, m notice.Message) error {
	message, err := s.compose(m)
	if err != nil {
		return notice.Refused{Err: err}
	}
	client, err := s.client()
	if err != nil {
		return err
	}
	err = client.DialAndSendWithContext(ctx, message)
	if message.IsDelivered() { // whatever happened after the server took it
		return nil
	}
	var sent *gomail.SendError
	if errors.As(err, &sent) && permanent(sent) {
		return notice.Refused{Err: err}
	}
	return err
}

// permanent reports whether the server said no to this very message or
// address, which it would again.
func permanent(err *gomail.SendError) bool {
	code := err.ErrorCode()
	return code >= 500 && code < 600 && (err.Reason == gomail.ErrSMTPRcptTo || err.Reason == gomail.ErrSMTPData || err.Reason == gomail.ErrSMTPDataClose)
}

func (s *Sender) compose(m notice.Message) (*gomail.Msg, error) {
	message := gomail.NewMsg()
	if err := message.From(s.server.From); err != nil {
		return nil, err
	}
	if err := message.To(m.To); err != nil {
		return nil, err
	}
	message.Subject(oneLine(m.Subject))
	message.SetMessageIDWithValue(oneLine(m.ID))
	message.SetDate()
	message.SetGenHeader("Auto-Submitted", "auto-generated")
	message.SetGenHeader(gomail.HeaderListUnsubscribe, "<"+oneLine(m.Wishes)+">")
	message.SetBodyString(gomail.TypeTextPlain, m.Text)
	message.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	return message, nil
}

func or(value, otherwise int) int {
	if value == 0 {
		return otherwise
	}
	return value
}
