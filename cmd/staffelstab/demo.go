package main

import (
	"bytes"
	"context"
	"io"
	"path"
	"strings"
	"time"

	"staffelstab/content"
	contentdemo "staffelstab/content/demo"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	lessonsdemo "staffelstab/lessons/demo"
	"staffelstab/lessons/zak"
)

// demoPassword opens every demo account. It is public; the demo listens on
// this machine only.
const demoPassword = "demo-staffelstab"

// demoPerson is somebody to sign in as.
type demoPerson struct {
	login, name, department string
	grants                  []account.Grant
}

// demoPeople are the people of the demo, in the order they are offered.
func demoPeople() []demoPerson {
	in := func(role account.Role, department string) account.Grant {
		return account.Grant{Role: role, Scope: account.InDepartment(department)}
	}
	city := func(role account.Role) account.Grant { return account.Grant{Role: role} }
	return []demoPerson{
		{"expertin", "Renate Brinkmann", "66", []account.Grant{city(account.Reader), in(account.Author, "66")}},
		{"nachfolger", "Jonas Yilmaz", "66", []account.Grant{city(account.Reader), in(account.Author, "66")}},
		{"redaktion", "Katharina Vogt", "11", []account.Grant{in(account.Editor, "11"), in(account.Reviewer, "11")}},
		{"azubi", "Leonie Hartmann", "20", []account.Grant{city(account.Apprentice)}},
		{"azubi2", "Emre Kaya", "10", []account.Grant{city(account.Apprentice)}},
		{"ausbilderin", "Sabine Lüders", "11/4", []account.Grant{city(account.Trainer), in(account.Author, "11/4")}},
		{"grundsatz", "Dr. Thomas Wever", "11", []account.Grant{in(account.Reviewer, "11")}},
		{"leitung", "Birgit Oberhausen", "11/4", []account.Grant{city(account.TrainingHead)}},
		{"beauftragte", "Petra Nowak", "33", []account.Grant{in(account.Supervisor, "33")}},
		{"fachbereichsleitung", "Michael Sander", "66", []account.Grant{in(account.Superior, "66")}},
		{"datenschutz", "Anja Reimers", "14", []account.Grant{city(account.DataProtection)}},
		{"personalrat", "Uwe Kortmann", "11", []account.Grant{city(account.StaffCouncil)}},
		{"admin", "Systembetreuung", "10", []account.Grant{city(account.Admin)}},
	}
}

// demoApprentices fill the cohorts, so that a trainer sees a table and not a
// line. They cannot be signed in as by one click.
func demoApprentices() map[string][]string {
	return map[string][]string{
		"VwFAng": {"Leonie Hartmann", "Alina Sommer", "Ben Özdemir", "Charlotte Grün", "David Kowalski", "Elif Aydın",
			"Finn Ähren", "Greta Lindner", "Hassan Jaber", "Ida Überhorst", "Jan Möller", "Klara Peters"},
		"FI": {"Emre Kaya", "Luca Brandt", "Mia Schäfer", "Noah Weiß", "Olga Iwanowa", "Paul Zimmermann"},
	}
}

// SeedDemo fills the folder with what a city would really have, or brings what
// nobody edited up to today.
func (a *App) SeedDemo(ctx context.Context) error {
	if err := a.seedDepartments(ctx); err != nil {
		return err
	}
	people, err := a.seedPeople(ctx)
	if err != nil {
		return err
	}
	modules, err := a.seedTexts(ctx, people)
	if err != nil {
		return err
	}
	return a.seedTraining(ctx, people, modules)
}

func (a *App) seedDepartments(ctx context.Context) error {
	for _, d := range contentdemo.Departments() {
		if err := a.Office.SaveDepartment(ctx, a.Operator(), d); err != nil {
			return err
		}
	}
	return nil
}

// seedPeople makes the demo people once and returns them by login.
func (a *App) seedPeople(ctx context.Context) (map[string]account.Person, error) {
	out := map[string]account.Person{}
	for _, p := range demoPeople() {
		person, err := a.demoAccount(ctx, p)
		if err != nil {
			return nil, err
		}
		out[p.login] = person
	}
	return out, nil
}

func (a *App) demoAccount(ctx context.Context, p demoPerson) (account.Person, error) {
	operator := a.Operator()
	person, err := a.Office.PersonByLogin(ctx, operator, p.login)
	if err == nil {
		return person, nil
	}
	if !fault.Is(err, fault.NotFound) {
		return account.Person{}, err
	}
	person, err = a.Office.CreatePerson(ctx, operator, account.Person{
		Login: p.login, DisplayName: p.name, Department: p.department, Demo: true,
	})
	if err != nil {
		return account.Person{}, err
	}
	for _, g := range p.grants {
		g.Person = person.ID
		if _, err := a.Office.Grant(ctx, operator, g); err != nil {
			return account.Person{}, err
		}
	}
	return person, a.Auth.SetPassword(ctx, operator, person.ID, demoPassword)
}

// seedTexts places articles and modules and returns the ids of the modules.
func (a *App) seedTexts(ctx context.Context, people map[string]account.Person) ([]string, error) {
	today := a.Now().In(a.Zone)
	attachments, err := contentdemo.Attachments()
	if err != nil {
		return nil, err
	}
	var modules []string
	for _, load := range []func(time.Time) (map[string][]byte, error){contentdemo.Files, lessonsdemo.Files} {
		files, err := load(today)
		if err != nil {
			return nil, err
		}
		for _, name := range sortedKeys(files) {
			d, err := content.ParseDocument(name, files[name])
			if err != nil {
				return nil, err
			}
			if d.Meta.Kind == content.KindModule {
				modules = append(modules, string(d.Meta.ID))
			}
			author := a.Operator().Person.Pseudonym
			if strings.HasPrefix(d.Meta.Department, "66") {
				author = people["expertin"].Pseudonym
			} else if strings.HasPrefix(d.Meta.Department, "11") {
				author = people["redaktion"].Pseudonym
			}
			_, _, err = a.Library.Place(ctx, a.Operator(), content.Placement{
				Owner: "demo", Source: files[name], Path: name, Author: author, At: demoDate(today, name), Message: demoMessage(d),
				Attachments: demoAttachments(attachments, name),
			}, false)
			if err != nil {
				return nil, err
			}
		}
	}
	return modules, nil
}

// demoAttachments are the files that lie beside a text.
func demoAttachments(all map[string][]byte, text string) []content.PlacedFile {
	var out []content.PlacedFile
	for _, name := range sortedKeys(all) {
		if path.Dir(name) == path.Dir(text) {
			out = append(out, content.PlacedFile{Name: path.Base(name), Open: func() (io.ReadCloser, error) {
				return io.NopCloser(bytes.NewReader(all[name])), nil
			}})
		}
	}
	return out
}

// demoDate spreads the texts over the last weeks, always the same for a name.
func demoDate(today time.Time, name string) time.Time {
	days := 0
	for _, r := range name {
		days = (days*31 + int(r)) % 45
	}
	return today.AddDate(0, 0, -days).Truncate(time.Minute)
}

func demoMessage(d content.Document) string { return d.Meta.Title }

// seedTraining makes occupations, cohorts and apprentices once.
func (a *App) seedTraining(ctx context.Context, people map[string]account.Person, modules []string) error {
	existing, err := a.Store.Cohorts(ctx)
	if err != nil || len(existing) > 0 {
		return err
	}
	begin := trainingStart(a.Now().In(a.Zone))
	for _, o := range []zak.Occupation{
		{ID: "VwFAng", Title: "Verwaltungsfachangestellte/r"}, {ID: "FI", Title: "Fachinformatiker/in"},
	} {
		if err := a.Store.SaveOccupation(ctx, o); err != nil {
			return err
		}
		cohort := zak.Cohort{
			ID: a.IDs.New(), Occupation: o.ID, Year: begin.Year(), Name: o.ID + " " + begin.Format("2006"), Modules: modules,
		}
		if err := a.Store.SaveCohort(ctx, cohort); err != nil {
			return err
		}
		for i, name := range demoApprentices()[o.ID] {
			person, err := a.apprenticeAccount(ctx, people, o.ID, name, i)
			if err != nil {
				return err
			}
			err = a.Store.SaveApprentice(ctx, zak.Apprentice{
				ID: a.IDs.New(), Person: person.ID, Cohort: cohort.ID, Start: begin.Format(time.DateOnly),
			})
			if err != nil {
				return err
			}
			if err := a.seedResults(ctx, person, modules, i); err != nil {
				return err
			}
		}
	}
	return nil
}

// trainingStart is the first of August that lies behind today.
func trainingStart(today time.Time) time.Time {
	begin := time.Date(today.Year(), time.August, 1, 0, 0, 0, 0, today.Location())
	if today.Before(begin) {
		begin = begin.AddDate(-1, 0, 0)
	}
	return begin
}

func (a *App) apprenticeAccount(ctx context.Context, people map[string]account.Person, occupation, name string, i int) (account.Person, error) {
	if i == 0 {
		if occupation == "VwFAng" {
			return people["azubi"], nil
		}
		return people["azubi2"], nil
	}
	login := strings.ToLower(content.Slug(name))
	return a.demoAccount(ctx, demoPerson{login, name, "", []account.Grant{{Role: account.Apprentice}}})
}

// seedResults lets most apprentices have begun: real answers through the
// academy, graded like everybody's.
func (a *App) seedResults(ctx context.Context, person account.Person, modules []string, i int) error {
	if i == 0 {
		return nil // the people to sign in as begin fresh
	}
	actor := account.NewActor(person, []account.Grant{{Role: account.Apprentice}}, a.Now().Format(time.DateOnly), account.AdminAccess)
	for n, id := range modules {
		if (i+n)%3 == 0 {
			continue
		}
		answers, err := a.Academy.ModelAnswers(ctx, a.Operator(), content.ID(id))
		if err != nil {
			return err
		}
		if (i+n)%3 == 1 {
			answers = answers[:len(answers)/2]
		}
		for _, s := range answers {
			if _, err := a.Academy.Answer(ctx, actor, s); err != nil {
				return err
			}
		}
	}
	return nil
}
