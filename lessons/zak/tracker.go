package zak

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/ident"
	"staffelstab/lessons"
)

// Academy is what the tracker needs of package lessons.
type Academy interface {
	ModulesByID(ctx context.Context, operator account.Actor, ids []string) ([]lessons.Module, error)
	StatusOf(ctx context.Context, people []string, modules []lessons.Module) (map[string]map[content.ID]lessons.Progress, error)
}

// Accounts resolves the people who become apprentices.
type Accounts interface {
	Person(ctx context.Context, id string) (account.Person, error)
	PersonByLogin(ctx context.Context, login string) (account.Person, error)
	Grants(ctx context.Context, person string) ([]account.Grant, error)
}

// Tracker offers what may be done with cohorts and apprentices.
type Tracker struct {
	register Register
	academy  Academy
	accounts Accounts
	ids      ident.Source
}

// NewTracker returns a tracker over the register.
func NewTracker(register Register, academy Academy, accounts Accounts, ids ident.Source) *Tracker {
	return &Tracker{register: register, academy: academy, accounts: accounts, ids: ids}
}

// CohortSummary is a cohort in a list.
type CohortSummary struct {
	Cohort      Cohort
	Apprentices int
}

// Cohorts lists the cohorts the actor cares for.
func (t *Tracker) Cohorts(ctx context.Context, actor account.Actor) ([]CohortSummary, error) {
	if err := authorizeTraining(actor); err != nil {
		return nil, err
	}
	all, err := t.register.Cohorts(ctx)
	if err != nil {
		return nil, err
	}
	var out []CohortSummary
	for _, c := range all {
		if !CanTrack(actor, c.ID) {
			continue
		}
		people, err := t.register.Apprentices(ctx, c.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, CohortSummary{Cohort: c, Apprentices: len(people)})
	}
	return out, nil
}

// cohort returns a cohort the actor may follow. A cohort of others is not
// found, so that nobody learns who is in it.
func (t *Tracker) cohort(ctx context.Context, actor account.Actor, id string) (Cohort, error) {
	if err := authorizeTraining(actor); err != nil {
		return Cohort{}, err
	}
	if !CanTrack(actor, id) {
		return Cohort{}, fault.New(fault.NotFound, "zak.cohort-missing")
	}
	return t.register.Cohort(ctx, id)
}

// Cohort returns a cohort with its apprentices in alphabetical order.
func (t *Tracker) Cohort(ctx context.Context, actor account.Actor, id string) (Cohort, []Apprentice, error) {
	c, err := t.cohort(ctx, actor, id)
	if err != nil {
		return Cohort{}, nil, err
	}
	people, err := t.register.Apprentices(ctx, id)
	return c, people, err
}

// Progress returns who of a cohort has done which of its modules.
func (t *Tracker) Progress(ctx context.Context, actor account.Actor, id string) (Table, error) {
	c, apprentices, err := t.Cohort(ctx, actor, id)
	if err != nil {
		return Table{}, err
	}
	return t.table(ctx, actor, c, apprentices)
}

// table has a column for every module of the cohort that the actor may see.
func (t *Tracker) table(ctx context.Context, actor account.Actor, c Cohort, apprentices []Apprentice) (Table, error) {
	modules, err := t.academy.ModulesByID(ctx, actor, c.Modules)
	if err != nil {
		return Table{}, err
	}
	people := make([]string, len(apprentices))
	for i, a := range apprentices {
		people[i] = a.Person
	}
	table := Table{Cohort: c}
	for _, m := range modules {
		table.Columns = append(table.Columns, Column{Module: string(m.Article.ID), Title: m.Article.Title})
	}
	if len(people) == 0 {
		return table, nil
	}
	statuses, err := t.academy.StatusOf(ctx, people, modules)
	if err != nil {
		return Table{}, err
	}
	for _, a := range apprentices {
		row := Row{Apprentice: a}
		for _, m := range modules {
			p := statuses[a.Person][m.Article.ID]
			row.Marks = append(row.Marks, Mark{
				Module: string(m.Article.ID), Done: p.Done, Started: p.Started, DoneAt: p.DoneAt,
				Answered: p.Answered, Questions: p.Questions,
			})
		}
		table.Rows = append(table.Rows, row)
	}
	return table, nil
}

// Apprentice returns one apprentice with the line of the progress table.
func (t *Tracker) Apprentice(ctx context.Context, actor account.Actor, id string) (Table, error) {
	a, err := t.register.Apprentice(ctx, id)
	if fault.Is(err, fault.NotFound) || err == nil && a.Person != actor.Person.ID && !CanTrack(actor, a.Cohort) {
		return Table{}, fault.New(fault.NotFound, "zak.apprentice-missing")
	}
	if err != nil {
		return Table{}, err
	}
	c, err := t.register.Cohort(ctx, a.Cohort)
	if err != nil {
		return Table{}, err
	}
	return t.table(ctx, actor, c, []Apprentice{a})
}

// Mine lists the actor's own apprenticeships with their progress.
func (t *Tracker) Mine(ctx context.Context, actor account.Actor) ([]Table, error) {
	if !actor.SignedIn() {
		return nil, fault.New(fault.Unauthenticated, "zak.sign-in-first")
	}
	own, err := t.register.ApprenticeshipsOf(ctx, actor.Person.ID)
	if err != nil {
		return nil, err
	}
	var out []Table
	for _, a := range own {
		table, err := t.Apprentice(ctx, actor, a.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, table)
	}
	return out, nil
}

// Occupations lists the occupations the city trains.
func (t *Tracker) Occupations(ctx context.Context, actor account.Actor) ([]Occupation, error) {
	if !actor.SignedIn() {
		return nil, fault.New(fault.Unauthenticated, "zak.sign-in-first")
	}
	return t.register.Occupations(ctx)
}

var occupationPattern = regexp.MustCompile(`^[\p{L}0-9][\p{L}0-9-]{0,19}$`)

// SaveOccupation adds an occupation the city trains, or gives one another
// title.
func (t *Tracker) SaveOccupation(ctx context.Context, actor account.Actor, o Occupation) error {
	if err := authorizeCohorts(actor); err != nil {
		return err
	}
	o.ID, o.Title = strings.TrimSpace(o.ID), strings.Join(strings.Fields(o.Title), " ")
	switch {
	case !occupationPattern.MatchString(o.ID):
		return fault.New(fault.Invalid, "zak.bad-occupation").InField("id")
	case o.Title == "" || len([]rune(o.Title)) > 200:
		return fault.New(fault.Invalid, "zak.occupation-title-missing").InField("title")
	}
	return t.register.SaveOccupation(ctx, o)
}

// CreateCohort adds a cohort.
func (t *Tracker) CreateCohort(ctx context.Context, actor account.Actor, c Cohort) (Cohort, error) {
	if err := authorizeCohorts(actor); err != nil {
		return Cohort{}, err
	}
	if err := t.check(ctx, c); err != nil {
		return Cohort{}, err
	}
	c.ID = t.ids.New()
	return c, t.register.SaveCohort(ctx, c)
}

// UpdateCohort changes a cohort: its name, year or the modules it is to do.
func (t *Tracker) UpdateCohort(ctx context.Context, actor account.Actor, c Cohort) (Cohort, error) {
	old, err := t.cohort(ctx, actor, c.ID)
	if err != nil {
		return Cohort{}, err
	}
	if !actor.CanWrite() || !CanManage(actor, c.ID) {
		return Cohort{}, fault.New(fault.Forbidden, "zak.not-your-cohort")
	}
	c.Occupation = old.Occupation
	if err := t.check(ctx, c); err != nil {
		return Cohort{}, err
	}
	return c, t.register.SaveCohort(ctx, c)
}

func (t *Tracker) check(ctx context.Context, c Cohort) error {
	if c.Name == "" || len([]rune(c.Name)) > 200 {
		return fault.New(fault.Invalid, "zak.name-missing").InField("name")
	}
	if c.Year < 1990 || c.Year > 2200 {
		return fault.New(fault.Invalid, "zak.bad-year").InField("year")
	}
	known, err := t.register.Occupations(ctx)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(known, func(o Occupation) bool { return o.ID == c.Occupation }) {
		return fault.New(fault.Invalid, "zak.occupation-unknown").InField("occupation")
	}
	return nil
}

// PersonByLogin finds whom to put into a cohort, for those who keep it. They
// have to know the login: nobody can leaf through the accounts here.
func (t *Tracker) PersonByLogin(ctx context.Context, actor account.Actor, cohort, login string) (account.Person, error) {
	if _, err := t.cohort(ctx, actor, cohort); err != nil {
		return account.Person{}, err
	}
	if !CanManage(actor, cohort) {
		return account.Person{}, fault.New(fault.Forbidden, "zak.not-your-cohort")
	}
	person, err := t.accounts.PersonByLogin(ctx, strings.ToLower(strings.TrimSpace(login)))
	if fault.Is(err, fault.NotFound) {
		return account.Person{}, fault.New(fault.Invalid, "zak.no-such-login", "login", login).InField("anmeldename")
	}
	return person, err
}

// AddApprentice puts a person into a cohort.
func (t *Tracker) AddApprentice(ctx context.Context, actor account.Actor, a Apprentice) (Apprentice, error) {
	if _, err := t.cohort(ctx, actor, a.Cohort); err != nil {
		return Apprentice{}, err
	}
	if !actor.CanWrite() || !CanManage(actor, a.Cohort) {
		return Apprentice{}, fault.New(fault.Forbidden, "zak.not-your-cohort")
	}
	person, err := t.accounts.Person(ctx, a.Person)
	if fault.Is(err, fault.NotFound) {
		return Apprentice{}, fault.New(fault.Invalid, "zak.person-unknown").InField("person")
	}
	if err != nil {
		return Apprentice{}, err
	}
	if _, ok := content.ParseDate(a.Start); !ok {
		return Apprentice{}, fault.New(fault.Invalid, "zak.bad-start").InField("start")
	}
	if err := t.mustBeApprentice(ctx, a); err != nil {
		return Apprentice{}, err
	}
	if end, ok := content.ParseDate(a.End); a.End != "" && (!ok || string(end) < a.Start) {
		return Apprentice{}, fault.New(fault.Invalid, "zak.bad-end").InField("end")
	}
	a.ID, a.Name = t.ids.New(), person.DisplayName
	return a, t.register.SaveApprentice(ctx, a)
}

// mustBeApprentice refuses people without the role: whoever is in a cohort is
// seen by its trainers with all they learned.
func (t *Tracker) mustBeApprentice(ctx context.Context, a Apprentice) error {
	grants, err := t.accounts.Grants(ctx, a.Person)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(grants, func(g account.Grant) bool {
		return g.Role == account.Apprentice && (g.Until == "" || g.Until >= a.Start)
	}) {
		return fault.New(fault.Invalid, "zak.no-apprentice").InField("person")
	}
	return nil
}
