package notice

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// Frequency is how often somebody wants mail.
type Frequency string

// The frequencies. Standard is the digest on Mondays and at once what needs a
// decision.
const (
	Standard Frequency = ""
	AtOnce   Frequency = "at-once"
	Daily    Frequency = "daily"
	Weekly   Frequency = "weekly" // the digest only
	Never    Frequency = "never"
)

// Valid reports whether the frequency exists.
func (f Frequency) Valid() bool {
	switch f {
	case Standard, AtOnce, Daily, Weekly, Never:
		return true
	}
	return false
}

// Decision reports whether a kind asks the person for a decision or an answer.
func (k Kind) Decision() bool {
	return k == ProposalSubmitted || k == QuestionAsked || k == RedactionRequested
}

// MailState is how far the mail of one person is.
type MailState struct {
	Tries int       // failed in a row
	Next  time.Time // not before
	Day   string    // of the last daily mail, such as 2026-11-23
	Week  string    // of the last digest, such as 2026-W48
}

// Post keeps what still has to be mailed to whom.
type Post interface {
	// Waiting lists the account ids of those with notices that are not settled:
	// neither sent nor found to need no mail.
	Waiting(ctx context.Context) ([]string, error)
	// Unsettled lists them for one person, oldest first.
	Unsettled(ctx context.Context, person string) ([]Notice, error)
	Settle(ctx context.Context, at time.Time, ids ...string) error
	Wish(ctx context.Context, person string) (Frequency, error)
	SetWish(ctx context.Context, person string, f Frequency) error
	MailState(ctx context.Context, person string) (MailState, error)
	SetMailState(ctx context.Context, person string, s MailState) error
	// Addressed lists the account ids of active people with a mail address.
	Addressed(ctx context.Context) ([]string, error)
}

// Message is a mail to one person.
type Message struct {
	ID      string // the same mail has the same, so that a mail program drops a repetition
	To      string
	Subject string
	Text    string
	HTML    string
	Wishes  string // address where the person changes what is mailed
}

// Mailer hands a message to a mail server and returns once that server took
// it. A message it will never take is a Refused.
type Mailer interface {
	Send(ctx context.Context, m Message) error
}

// Refused is an error that trying again does not mend.
type Refused struct{ Err error }

func (r Refused) Error() string { return r.Err.Error() }

// Unwrap returns why.
func (r Refused) Unwrap() error { return r.Err }

// Writer writes mails. Not ok means there is nothing the person may see, or no
// address.
type Writer interface {
	News(ctx context.Context, person string, list []Notice) (m Message, ok bool, err error)
	// Digest is about the week before the one that contains now.
	Digest(ctx context.Context, person string, now time.Time) (m Message, ok bool, err error)
}

// Courier mails notices and digests at least once: a notice is settled after
// the mail server took the mail. When the process ends between the two the mail
// is sent again, with the same message id.
type Courier struct {
	Post   Post
	Mailer Mailer
	Writer Writer
	Now    func() time.Time
	Zone   *time.Location
	Log    *slog.Logger
}

const (
	morning   = 6                  // o'clock, when daily mails and digests go out
	giveUp    = 7 * 24 * time.Hour // after which a notice is no news any more
	firstWait = time.Minute        // after a failure; doubled every time
	longWait  = 6 * time.Hour
)

// Deliver mails what is due. A person whose mail fails waits longer every time
// and holds up nobody else.
func (c *Courier) Deliver(ctx context.Context) error {
	people, err := c.Post.Waiting(ctx)
	if err != nil {
		return err
	}
	for _, person := range people {
		if err := c.deliver(ctx, person); err != nil {
			return err
		}
	}
	return nil
}

func (c *Courier) deliver(ctx context.Context, person string) error {
	now := c.Now().UTC()
	state, err := c.Post.MailState(ctx, person)
	if err != nil || now.Before(state.Next) {
		return err
	}
	wish, err := c.Post.Wish(ctx, person)
	if err != nil {
		return err
	}
	list, err := c.Post.Unsettled(ctx, person)
	if err != nil {
		return err
	}
	today := now.In(c.Zone).Format(time.DateOnly)
	var send []Notice
	var drop []string
	for _, n := range list {
		switch {
		case !n.ReadAt.IsZero(), now.Sub(n.At) > giveUp, wish == Never, wish == Weekly, wish == Standard && !n.Kind.Decision():
			drop = append(drop, n.ID)
		case wish == Daily && (state.Day == today || now.In(c.Zone).Hour() < morning):
		default:
			send = append(send, n)
		}
	}
	if err := c.Post.Settle(ctx, now, drop...); err != nil || len(send) == 0 {
		return err
	}
	m, ok, err := c.Writer.News(ctx, person, send)
	if err != nil {
		return err
	}
	if ok {
		if done, err := c.send(ctx, person, state, m); !done || err != nil {
			return err
		}
	}
	if wish == Daily {
		state.Day = today
	}
	if err := c.Post.Settle(ctx, now, idsOf(send)...); err != nil {
		return err
	}
	state.Tries, state.Next = 0, time.Time{}
	return c.Post.SetMailState(ctx, person, state)
}

// send reports whether the message is done with: taken, or refused for good.
func (c *Courier) send(ctx context.Context, person string, state MailState, m Message) (bool, error) {
	err := c.Mailer.Send(ctx, m)
	if err == nil {
		return true, nil
	}
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	var refused Refused
	if errors.As(err, &refused) { // the error of a server may name the address, so it is not logged
		c.Log.WarnContext(ctx, "mail refused for good", "message", m.ID)
		return true, nil
	}
	state.Tries++
	state.Next = c.Now().UTC().Add(waitAfter(state.Tries))
	c.Log.WarnContext(ctx, "mail not sent, will be tried again", "message", m.ID, "tries", state.Tries)
	return false, c.Post.SetMailState(ctx, person, state)
}

// waitAfter is how long to wait after a number of failures in a row.
func waitAfter(tries int) time.Duration {
	wait := firstWait
	for range tries - 1 {
		if wait *= 2; wait > longWait {
			return longWait
		}
	}
	return wait
}

// Digests mails the weekly digest from Monday morning to Wednesday, so that a
// server that rested over the weekend still sends it.
func (c *Courier) Digests(ctx context.Context) error {
	now := c.Now().In(c.Zone)
	if now.Weekday() < time.Monday || now.Weekday() > time.Wednesday || now.Weekday() == time.Monday && now.Hour() < morning {
		return nil
	}
	year, number := now.ISOWeek()
	week := weekName(year, number)
	people, err := c.Post.Addressed(ctx)
	if err != nil {
		return err
	}
	for _, person := range people {
		if err := c.digest(ctx, person, week); err != nil {
			return err
		}
	}
	return nil
}

func (c *Courier) digest(ctx context.Context, person, week string) error {
	state, err := c.Post.MailState(ctx, person)
	if err != nil || state.Week == week || c.Now().Before(state.Next) {
		return err
	}
	wish, err := c.Post.Wish(ctx, person)
	if err != nil || wish == Never {
		return err
	}
	m, ok, err := c.Writer.Digest(ctx, person, c.Now())
	if err != nil {
		return err
	}
	if ok {
		if done, err := c.send(ctx, person, state, m); !done || err != nil {
			return err
		}
	}
	state.Week, state.Tries, state.Next = week, 0, time.Time{}
	return c.Post.SetMailState(ctx, person, state)
}

func idsOf(list []Notice) []string {
	out := make([]string, len(list))
	for i, n := range list {
		out[i] = n.ID
	}
	return out
}

func weekName(year, number int) string { return fmt.Sprintf("%04d-W%02d", year, number) }
