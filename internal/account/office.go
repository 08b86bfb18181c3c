package account

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"staffelstab/internal/fault"
	"staffelstab/internal/ident"
)

// Office offers what may be done with accounts. Administrators and the
// operator's commands use it; every change leaves a line in the audit log.
type Office struct {
	directory Directory
	audit     Audit
	now       func() time.Time
	ids       ident.Source
	leaving   sync.Mutex // one departure of an administrator at a time
	naming    sync.Mutex // one appointment of a deputy at a time
}

// NewOffice returns an office over the directory.
func NewOffice(directory Directory, audit Audit, now func() time.Time, ids ident.Source) *Office {
	return &Office{directory: directory, audit: audit, now: now, ids: ids}
}

// CanAdminister reports whether the actor may change accounts. Accounts belong
// to no department: a role limited to one would be a way to all the others.
func CanAdminister(actor Actor) bool {
	return actor.System || actor.SignedIn() && actor.Access == AdminAccess &&
		slices.ContainsFunc(actor.Grants, func(g Grant) bool { return g.Role == Admin && g.Scope == City })
}

// authorize hides nothing: that accounts are administered is no secret.
func authorize(actor Actor) error {
	switch {
	case CanAdminister(actor):
		return nil
	case !actor.SignedIn():
		return fault.New(fault.Unauthenticated, "account.sign-in-first")
	}
	return fault.New(fault.Forbidden, "account.admins-only")
}

var (
	loginPattern      = regexp.MustCompile(`^[a-z][a-z0-9._-]{1,63}$`)
	mailPattern       = regexp.MustCompile(`^[^@\s]{1,64}@[^@\s]{1,190}$`)
	departmentPattern = regexp.MustCompile(`^[0-9A-Za-zÄÖÜäöü-]{1,20}(/[0-9A-Za-z-]{1,10}){0,3}$`)
)

// CreatePerson adds a person. ID, Pseudonym, Active and CreatedAt are given
// here.
func (o *Office) CreatePerson(ctx context.Context, actor Actor, p Person) (Person, error) {
	if err := authorize(actor); err != nil {
		return Person{}, err
	}
	p.Login = strings.ToLower(strings.TrimSpace(p.Login))
	p.DisplayName = strings.Join(strings.Fields(p.DisplayName), " ")
	if err := checkPerson(p); err != nil {
		return Person{}, err
	}
	p.ID, p.Pseudonym = o.ids.New(), "u-"+o.ids.New()
	p.Active, p.CreatedAt = true, o.now().UTC()
	err := o.record(ctx, actor, "person.created", p.ID, "", func(ctx context.Context) error { return o.directory.CreatePerson(ctx, p) })
	if err != nil {
		return Person{}, err
	}
	return p, nil
}

func checkPerson(p Person) error {
	switch {
	case !loginPattern.MatchString(p.Login):
		return fault.New(fault.Invalid, "account.bad-login").InField("login")
	case p.DisplayName == "" || len([]rune(p.DisplayName)) > 120:
		return fault.New(fault.Invalid, "account.name-missing").InField("name")
	case p.Email != "" && !mailPattern.MatchString(p.Email):
		return fault.New(fault.Invalid, "account.bad-mail").InField("email")
	case p.Department != "" && !departmentPattern.MatchString(p.Department):
		return fault.New(fault.Invalid, "account.bad-department").InField("department")
	}
	return nil
}

// UpdatePerson changes name, mail and department of a person.
func (o *Office) UpdatePerson(ctx context.Context, actor Actor, p Person) error {
	old, err := o.Person(ctx, actor, p.ID)
	if err != nil {
		return err
	}
	old.DisplayName = strings.Join(strings.Fields(p.DisplayName), " ")
	old.Email, old.Department = strings.TrimSpace(p.Email), strings.TrimSpace(p.Department)
	if err := checkPerson(old); err != nil {
		return err
	}
	return o.record(ctx, actor, "person.changed", p.ID, "", func(ctx context.Context) error { return o.directory.UpdatePerson(ctx, old) })
}

// SetActive disables a person or lets the person in again. Sessions and tokens
// of somebody disabled are gone; they do not come back with the person.
func (o *Office) SetActive(ctx context.Context, actor Actor, id string, active bool) error {
	p, err := o.Person(ctx, actor, id)
	if err != nil {
		return err
	}
	if !active && p.ID == actor.Person.ID {
		return fault.New(fault.Conflict, "account.not-yourself")
	}
	o.leaving.Lock()
	defer o.leaving.Unlock()
	if !active {
		if err := o.keepAnAdmin(ctx, p, ""); err != nil {
			return err
		}
	}
	action := "person.disabled"
	if active {
		action = "person.enabled"
	}
	return o.record(ctx, actor, action, id, "", func(ctx context.Context) error { return o.directory.SetActive(ctx, id, active) })
}

// Erase removes a person with every name in the database. Git keeps the
// pseudonym, which then means nothing.
func (o *Office) Erase(ctx context.Context, actor Actor, id string) error {
	p, err := o.Person(ctx, actor, id)
	if err != nil {
		return err
	}
	if p.ID == actor.Person.ID {
		return fault.New(fault.Conflict, "account.not-yourself")
	}
	o.leaving.Lock()
	defer o.leaving.Unlock()
	if err := o.keepAnAdmin(ctx, p, ""); err != nil {
		return err
	}
	return o.record(ctx, actor, "person.erased", id, "", func(ctx context.Context) error { return o.directory.ErasePerson(ctx, id) })
}

// Person returns a person for administration.
func (o *Office) Person(ctx context.Context, actor Actor, id string) (Person, error) {
	if err := authorize(actor); err != nil {
		return Person{}, err
	}
	return o.directory.Person(ctx, id)
}

// PersonByLogin returns a person for administration.
func (o *Office) PersonByLogin(ctx context.Context, actor Actor, login string) (Person, error) {
	if err := authorize(actor); err != nil {
		return Person{}, err
	}
	return o.directory.PersonByLogin(ctx, strings.ToLower(strings.TrimSpace(login)))
}

// People lists persons for administration.
func (o *Office) People(ctx context.Context, actor Actor, q string, limit, offset int) ([]Person, int, error) {
	if err := authorize(actor); err != nil {
		return nil, 0, err
	}
	return o.directory.People(ctx, q, limit, offset)
}

// Grants lists the grants of a person, effective or not.
func (o *Office) Grants(ctx context.Context, actor Actor, person string) ([]Grant, error) {
	if err := authorize(actor); err != nil {
		return nil, err
	}
	return o.directory.Grants(ctx, person)
}

// Grant gives a person a role.
func (o *Office) Grant(ctx context.Context, actor Actor, g Grant) (Grant, error) {
	if _, err := o.Person(ctx, actor, g.Person); err != nil {
		return Grant{}, err
	}
	switch {
	case !g.Role.Valid():
		return Grant{}, fault.New(fault.Invalid, "account.bad-role").InField("role")
	case !g.Scope.Valid() || g.Role == Admin && g.Scope != City:
		return Grant{}, fault.New(fault.Invalid, "account.bad-scope").InField("scope")
	case !validDay(g.From) || !validDay(g.Until) || g.From != "" && g.Until != "" && g.Until < g.From:
		return Grant{}, fault.New(fault.Invalid, "account.bad-days").InField("until")
	}
	g.ID = o.ids.New()
	err := o.record(ctx, actor, "role.granted", g.Person, g.describe(), func(ctx context.Context) error { return o.directory.AddGrant(ctx, g) })
	if err != nil {
		return Grant{}, err
	}
	return g, nil
}

func validDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return s == "" || err == nil
}

// Revoke takes a grant back. The last administrator stays.
func (o *Office) Revoke(ctx context.Context, actor Actor, person, grant string) error {
	p, err := o.Person(ctx, actor, person)
	if err != nil {
		return err
	}
	o.leaving.Lock()
	defer o.leaving.Unlock()
	grants, err := o.directory.Grants(ctx, person)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(grants, func(g Grant) bool { return g.ID == grant })
	if i < 0 {
		return fault.New(fault.NotFound, "account.grant-missing")
	}
	if err := o.keepAnAdmin(ctx, p, grant); err != nil {
		return err
	}
	return o.record(ctx, actor, "role.revoked", person, grants[i].describe(), func(ctx context.Context) error { return o.directory.RemoveGrant(ctx, grant) })
}

// keepAnAdmin refuses to let a person go, or only the one grant that is named,
// when nobody else could administer accounts for good.
func (o *Office) keepAnAdmin(ctx context.Context, p Person, grant string) error {
	grants, err := o.directory.Grants(ctx, p.ID)
	if err != nil {
		return err
	}
	today := o.now().UTC().Format(time.DateOnly)
	leaves, stays := false, false
	for _, g := range grants {
		if g.Role == Admin && g.Scope == City && g.Until == "" && g.From <= today && p.Active {
			leaves = leaves || grant == "" || g.ID == grant
			stays = stays || grant != "" && g.ID != grant
		}
	}
	if !leaves || stays {
		return nil
	}
	holders, err := o.directory.CountHolders(ctx, Admin, today)
	if err != nil {
		return err
	}
	if holders < 2 {
		return fault.New(fault.Conflict, "account.last-admin")
	}
	return nil
}

// Departments lists the departments. They are no secret.
func (o *Office) Departments(ctx context.Context) ([]Department, error) {
	return o.directory.Departments(ctx)
}

// SaveDepartment adds or renames a department.
func (o *Office) SaveDepartment(ctx context.Context, actor Actor, d Department) error {
	if err := authorize(actor); err != nil {
		return err
	}
	d.ID, d.Name = strings.TrimSpace(d.ID), strings.Join(strings.Fields(d.Name), " ")
	switch {
	case !departmentPattern.MatchString(d.ID):
		return fault.New(fault.Invalid, "account.bad-department").InField("department")
	case d.Name == "" || len([]rune(d.Name)) > 200:
		return fault.New(fault.Invalid, "account.department-name-missing").InField("name")
	}
	return o.record(ctx, actor, "department.saved", d.ID, d.Name, func(ctx context.Context) error { return o.directory.SaveDepartment(ctx, d) })
}

// CanReadAudit reports whether the actor may read what was done with accounts.
func CanReadAudit(actor Actor) bool {
	return actor.SignedIn() && (CanAdminister(actor) || actor.Has(DataProtection, Auditor))
}

// Events lists the audit log about one subject, or all of it.
func (o *Office) Events(ctx context.Context, actor Actor, subject string, limit, offset int) ([]Event, int, error) {
	if !CanReadAudit(actor) {
		return nil, 0, authorize(actor)
	}
	return o.audit.Events(ctx, subject, limit, offset)
}

// AccountNames resolves account ids of the audit log to display names for
// those who may read it. Erased accounts are missing.
func (o *Office) AccountNames(ctx context.Context, actor Actor, ids []string) (map[string]string, error) {
	if !CanReadAudit(actor) {
		return nil, authorize(actor)
	}
	names := map[string]string{}
	for _, id := range ids {
		if _, known := names[id]; known || id == "" {
			continue
		}
		p, err := o.directory.Person(ctx, id)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		names[id] = p.DisplayName
	}
	return names, nil
}

// Names resolves pseudonyms to display names for those who may read at all.
func (o *Office) Names(ctx context.Context, actor Actor, pseudonyms []string) (map[string]string, error) {
	if len(actor.Audience()) == 0 && !CanAdminister(actor) {
		return map[string]string{}, nil
	}
	return o.directory.Names(ctx, pseudonyms)
}

// KeepNames keeps what authors of imported texts were called who have no
// account. Git has their pseudonyms alone.
func (o *Office) KeepNames(ctx context.Context, actor Actor, names map[string]string) error {
	if err := authorize(actor); err != nil || len(names) == 0 {
		return err
	}
	return o.record(ctx, actor, "names.kept", "", strconv.Itoa(len(names)), func(ctx context.Context) error { return o.directory.KeepNames(ctx, names) })
}

// ForgetName removes such a name. The log says that, not which.
func (o *Office) ForgetName(ctx context.Context, actor Actor, name string) error {
	if err := authorize(actor); err != nil {
		return err
	}
	return o.record(ctx, actor, "names.forgotten", "", "", func(ctx context.Context) error {
		n, err := o.directory.ForgetName(ctx, name)
		if err == nil && n == 0 {
			return fault.New(fault.NotFound, "account.no-such-name").InField("altname")
		}
		return err
	})
}

// record makes a change and logs it, both or neither.
func (o *Office) record(ctx context.Context, actor Actor, action, subject, detail string, change func(context.Context) error) error {
	return o.audit.Record(ctx, Event{
		ID: o.ids.New(), At: o.now().UTC(), Actor: actor.Person.ID, Action: action, Subject: subject, Detail: detail,
	}, change)
}

// describe names role and scope for the audit log.
func (g Grant) describe() string { return string(g.Role) + " " + string(g.Scope) }
