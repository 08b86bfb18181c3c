package content

import (
	"context"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// Demand is the front matter key `kenntnisnahme`: who has to take note of a
// text, and within how many days. It stands in the content hash like every key
// of unknown meaning did before, so no hash changed with it.
type Demand struct {
	Required bool
	Groups   []string // audience tokens: "alle", "fb:66", "rolle:apprentice"
	Days     int      // 0 means DefaultDays
}

// Days people have to take note of a text.
const (
	DefaultDays = 14
	maxDays     = 365
)

// Within is how many days people have.
func (d Demand) Within() int { return or(d.Days, DefaultDays) }

// Tokens are the groups that have to take note; none when nobody has to.
// Without groups it is everybody who may see the text.
func (d Demand) Tokens() []string {
	switch {
	case !d.Required:
		return nil
	case len(d.Groups) == 0:
		return []string{account.Everyone}
	}
	return d.Groups
}

// Asks reports whether the holder of the tokens has to take note of the text:
// who is in a group it names and may see it.
func (m Meta) Asks(audience []string) bool {
	return account.Intersects(m.Demand.Tokens(), audience) && account.Intersects(m.Audience(), audience)
}

// Acknowledgement is that somebody took note of one version of a text.
type Acknowledgement struct {
	Person      string // account id
	Article     ID
	Revision    RevisionID
	ContentHash ContentHash
	At          time.Time
	Sequence    int64 // of the revision in the order of all; 0 when it is gone
}

// Ask is that somebody has been asked to take note of a version since a time.
type Ask struct {
	Person   string // account id
	Article  ID
	Revision RevisionID // the one that asked, see Acknowledgements.Asking
	Since    time.Time
}

// Acknowledgements keeps who took note of what and who was asked when.
type Acknowledgements interface {
	// AddAcknowledgement keeps it once per person and revision.
	AddAcknowledgement(ctx context.Context, a Acknowledgement) error
	// AcknowledgementsOf lists what a person took note of, latest first.
	AcknowledgementsOf(ctx context.Context, person string) ([]Acknowledgement, error)
	// AcknowledgementsAbout lists the newest version of a text each person took
	// note of.
	AcknowledgementsAbout(ctx context.Context, article ID) ([]Acknowledgement, error)
	// NotedRevisions lists the revisions of a text that somebody took note of or
	// was asked to.
	NotedRevisions(ctx context.Context, article ID) ([]RevisionID, error)
	// Asking finds the revision of each text that asks people: the newest that
	// is not merely editorial, or the first of all. What nobody classified
	// counts as material.
	Asking(ctx context.Context, articles []ID) (map[ID]Revision, error)
	AsksOf(ctx context.Context, person string) ([]Ask, error)
	AsksAbout(ctx context.Context, article ID) ([]Ask, error)
	// AskedTexts lists the texts with asks.
	AskedTexts(ctx context.Context) ([]ID, error)
	// ChangeAsks replaces asks about a text and drops those of some people.
	ChangeAsks(ctx context.Context, article ID, put []Ask, drop []string) error
}

// Members lists everybody with an active account.
type Members interface {
	Members(ctx context.Context) ([]Member, error)
	// FormerNames lists the names of accounts that are not active any more.
	FormerNames(ctx context.Context) ([]string, error)
}

// Member is a person with every grant, effective or not.
type Member struct {
	Person account.Person
	Grants []account.Grant
}

// AccessLog is the part of the audit log that says who looked at whose data.
type AccessLog interface {
	// LogAccess writes lines.
	LogAccess(ctx context.Context, events ...account.Event) error
	// Accesses lists the lines with an action about a subject, newest first.
	Accesses(ctx context.Context, action, subject string, limit int) ([]account.Event, error)
}

// Actions in the audit log.
const (
	ActionAcknowledgementsRead     = "acknowledgements.read"
	ActionAcknowledgementsExported = "acknowledgements.exported"
)

// demand types the key `kenntnisnahme`. Problems name the line they stand on.
func (r *metaReader) demand() Demand {
	f, ok := r.keys["kenntnisnahme"]
	if !ok {
		return Demand{}
	}
	if s, isText := scalar(f.node); isText {
		if s != "" {
			r.failAt(f, f.node, "acknowledge.not-a-group", "value", s)
		}
		return Demand{}
	}
	var d Demand
	for _, m := range mappingValues(f.node) {
		switch key := m.Key.GetToken().Value; key {
		case "pflicht":
			d.Required = r.duty(f, m)
		case "gruppen":
			d.Groups = r.groups(f, m)
		case "frist":
			d.Days = r.days(f, m)
		default:
			r.failAt(f, m.Key, "acknowledge.unknown-key", "value", key)
		}
	}
	if _, isList := f.node.(*ast.SequenceNode); isList {
		r.failAt(f, f.node, "acknowledge.not-a-group", "value", "[…]")
	}
	return d
}

// failAt notes a problem on the line of a node inside a key. The field is the
// key with what stands inside it.
func (r *metaReader) failAt(f field, at ast.Node, key string, pairs ...any) {
	first := 1 + strings.Count(string(r.doc.Source[:r.doc.front.start]), "\n")
	f.line = first + at.GetToken().Position.Line - 1
	r.fail(f, key, pairs...)
}

func (r *metaReader) duty(f field, m *ast.MappingValueNode) bool {
	s, _ := scalar(m.Value)
	switch strings.ToLower(s) {
	case "ja", "true":
		return true
	case "nein", "false", "":
		return false
	}
	r.failAt(f, m.Key, "acknowledge.bad-duty", "value", s)
	return false
}

func (r *metaReader) groups(f field, m *ast.MappingValueNode) []string {
	var out []string
	f.key += ".gruppen"
	for _, token := range r.tokens(f, m.Value) {
		if !validGroup(token) {
			r.failAt(f, m.Key, "acknowledge.bad-group", "value", token)
			continue
		}
		out = append(out, token)
	}
	return out
}

// tokens reads a list of tokens. In {gruppen: [fb:66]} the YAML parser takes
// the token without quotes for a mapping; people mean the token.
func (r *metaReader) tokens(f field, n ast.Node) []string {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		return r.listOf(f, n)
	}
	var out []string
	for _, each := range list.Values {
		if pair := mappingValues(each); len(pair) == 1 {
			value, _ := scalar(pair[0].Value)
			out = append(out, pair[0].Key.GetToken().Value+":"+value)
			continue
		}
		out = append(out, r.listOf(f, each)...)
	}
	return out[:min(len(out), maxList)]
}

// validGroup reports whether the token names a group people can be in.
func validGroup(token string) bool {
	if token == account.Everyone {
		return true
	}
	kind, name, _ := strings.Cut(token, ":")
	switch kind {
	case "fb":
		return name != "" && len(name) <= 40 && !strings.ContainsAny(name, " ,:")
	case "rolle":
		return account.Role(name).Valid() && account.Role(name) != account.Admin
	}
	return false
}

// days reads "14", as people write it "14 Tage", or 14.0 as JSON has it.
func (r *metaReader) days(f field, m *ast.MappingValueNode) int {
	s, ok := scalar(m.Value)
	number := strings.TrimSpace(strings.TrimSuffix(s, "Tage"))
	n, err := strconv.ParseFloat(number, 64)
	if number == "" && ok {
		return 0
	}
	if err != nil || !ok || n != math.Trunc(n) || n < 1 || n > maxDays {
		f.key += ".frist"
		r.failAt(f, m.Key, "acknowledge.bad-days", "value", s, "limit", maxDays)
		return 0
	}
	return int(n)
}

// canSeeRates reports whether the actor may see how many of a person's
// department took note of a text. names says whether also who: to see that a
// duty is done is part of supervising.
func canSeeRates(actor account.Actor, a Article, department string, names bool) bool {
	if actor.HasIn(department, account.Superior) || actor.System {
		return true
	}
	return !names && actor.HasIn(a.Department, account.Editor, account.Reviewer, account.DataProtection, account.StaffCouncil, account.Auditor)
}

// CanSeeRates reports whether the actor may see any rates of the text.
func CanSeeRates(actor account.Actor, a Article) bool {
	return a.Demand.Required && actor.SignedIn() && (actor.Has(account.Superior) || canSeeRates(actor, a, "", false))
}

// authorizeAcknowledge decides whether the actor can take note of the text.
func authorizeAcknowledge(actor account.Actor, a Article, status Status) error {
	switch {
	case !actor.CanWrite():
		return fault.New(fault.Forbidden, "content.read-only-access")
	case actor.System || !a.Asks(actor.Audience()):
		return fault.New(fault.Conflict, "acknowledge.not-asked")
	case !status.InForce():
		return fault.New(fault.Conflict, "acknowledge.not-in-force")
	}
	return nil
}
