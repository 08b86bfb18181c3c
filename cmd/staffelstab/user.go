package main

import (
	"bufio"
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

type userCommands struct {
	Add     userAddCommand     `cmd:"" help:"Ein Konto anlegen; das Passwort wird von der Standardeingabe gelesen."`
	List    userListCommand    `cmd:"" help:"Konten auflisten."`
	Role    userRoleCommand    `cmd:"" help:"Einem Konto eine Rolle geben oder (mit --revoke) nehmen."`
	Disable userDisableCommand `cmd:"" help:"Ein Konto sperren."`
	Erase   userEraseCommand   `cmd:"" help:"Ein Konto mit allen Namen löschen."`
	Forget  userForgetCommand  `cmd:"" help:"Einen Namen löschen, den ein Import mit --keep-names behalten hat."`
}

type userAddCommand struct {
	dataFlags
	Login      string `arg:"" help:"Anmeldename."`
	Name       string `required:"" help:"Anzeigename."`
	Email      string `help:"E-Mail-Adresse."`
	Department string `help:"Fachbereich, zum Beispiel 66 oder 11/2."`
	Role       string `help:"Erste Rolle." default:"reader"`
	Scope      string `help:"Geltungsbereich der Rolle, zum Beispiel fb:66."`
}

type userListCommand struct{ dataFlags }

type userRoleCommand struct {
	dataFlags
	Login  string `arg:"" help:"Anmeldename."`
	Role   string `arg:"" help:"Rolle, zum Beispiel author."`
	Scope  string `help:"Geltungsbereich, zum Beispiel fb:66."`
	From   string `help:"Erster Tag (2026-01-01)."`
	Until  string `help:"Letzter Tag."`
	Revoke bool   `help:"Die Rolle nehmen."`
}

type userDisableCommand struct {
	dataFlags
	Login string `arg:"" help:"Anmeldename."`
}

type userEraseCommand struct {
	dataFlags
	Login string `arg:"" help:"Anmeldename."`
	Yes   bool   `required:"" help:"Bestätigen: Das lässt sich nicht rückgängig machen."`
}

type userForgetCommand struct {
	dataFlags
	Name string `arg:"" help:"Der Name, wie er bei den Texten steht."`
}

// Run reads the password and adds the account.
func (c userAddCommand) Run(ctx context.Context, env *environment) error {
	line, err := bufio.NewReader(env.in).ReadString('\n')
	if err != nil && line == "" {
		return fault.New(fault.Invalid, "cmd.password-missing")
	}
	return runJob(ctx, env, c.dataFlags, &userJob{
		Action: "add", Login: c.Login, Password: strings.TrimRight(line, "\r\n"),
		DisplayName: c.Name, Email: c.Email, Department: c.Department, Role: c.Role, Scope: c.Scope,
	})
}

// Run lists the accounts.
func (c userListCommand) Run(ctx context.Context, env *environment) error {
	return runJob(ctx, env, c.dataFlags, &userJob{Action: "list"})
}

// Run gives or takes a role.
func (c userRoleCommand) Run(ctx context.Context, env *environment) error {
	action := "grant"
	if c.Revoke {
		action = "revoke"
	}
	return runJob(ctx, env, c.dataFlags, &userJob{
		Action: action, Login: c.Login, Role: c.Role, Scope: c.Scope, From: c.From, Until: c.Until,
	})
}

// Run disables an account.
func (c userDisableCommand) Run(ctx context.Context, env *environment) error {
	return runJob(ctx, env, c.dataFlags, &userJob{Action: "disable", Login: c.Login})
}

// Run erases an account.
func (c userEraseCommand) Run(ctx context.Context, env *environment) error {
	return runJob(ctx, env, c.dataFlags, &userJob{Action: "erase", Login: c.Login})
}

// Run forgets a name that an import kept.
func (c userForgetCommand) Run(ctx context.Context, env *environment) error {
	return runJob(ctx, env, c.dataFlags, &userJob{Action: "forget", DisplayName: c.Name})
}

// userJob changes accounts in the open folder.
type userJob struct {
	Action                         string
	Login, Password                string
	DisplayName, Email, Department string
	Role, Scope, From, Until       string
}

// Name implements job.
func (*userJob) Name() string { return "user" }

// Do implements job.
func (j *userJob) Do(ctx context.Context, app *App, s streams) error {
	operator := app.Operator()
	switch j.Action {
	case "add":
		return j.add(ctx, app, operator)
	case "list":
		return listPeople(ctx, app, operator, s)
	case "forget":
		return app.Office.ForgetName(ctx, operator, strings.TrimSpace(j.DisplayName))
	}
	person, err := app.Office.PersonByLogin(ctx, operator, j.Login)
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.NotFound, "cmd.no-such-login", "login", j.Login)
	}
	if err != nil {
		return err
	}
	switch j.Action {
	case "grant":
		_, err := app.Office.Grant(ctx, operator, account.Grant{
			Person: person.ID, Role: account.Role(j.Role), Scope: account.Scope(j.Scope), From: j.From, Until: j.Until,
		})
		return err
	case "revoke":
		return j.revoke(ctx, app, operator, person)
	case "disable":
		return app.Office.SetActive(ctx, operator, person.ID, false)
	case "erase":
		return app.Office.Erase(ctx, operator, person.ID)
	}
	return fmt.Errorf("unknown action %q", j.Action)
}

func (j *userJob) add(ctx context.Context, app *App, operator account.Actor) error {
	if !account.Role(j.Role).Valid() {
		return fault.New(fault.Invalid, "account.bad-role").InField("role")
	}
	// Office.Grant would refuse these too, but only once the account is made.
	if scope := account.Scope(j.Scope); !scope.Valid() || account.Role(j.Role) == account.Admin && scope != account.City {
		return fault.New(fault.Invalid, "account.bad-scope").InField("scope")
	}
	if err := app.CheckPassword(j.Password); err != nil {
		return err
	}
	person, err := app.Office.CreatePerson(ctx, operator, account.Person{
		Login: j.Login, DisplayName: j.DisplayName, Email: j.Email, Department: j.Department,
	})
	if err != nil {
		return err
	}
	grant := account.Grant{Person: person.ID, Role: account.Role(j.Role), Scope: account.Scope(j.Scope)}
	if _, err := app.Office.Grant(ctx, operator, grant); err != nil {
		return err
	}
	return app.Auth.SetPassword(ctx, operator, person.ID, j.Password)
}

func (j *userJob) revoke(ctx context.Context, app *App, operator account.Actor, person account.Person) error {
	grants, err := app.Office.Grants(ctx, operator, person.ID)
	if err != nil {
		return err
	}
	for _, g := range grants {
		if string(g.Role) == j.Role && string(g.Scope) == j.Scope {
			return app.Office.Revoke(ctx, operator, person.ID, g.ID)
		}
	}
	return fault.New(fault.NotFound, "account.grant-missing")
}

// listPage is how many accounts are read at once.
const listPage = 500

func listPeople(ctx context.Context, app *App, operator account.Actor, s streams) error {
	table := tabwriter.NewWriter(s.out, 0, 4, 2, ' ', 0)
	for offset := 0; ; offset += listPage {
		people, total, err := app.Office.People(ctx, operator, "", listPage, offset)
		if err != nil {
			return err
		}
		for _, p := range people {
			grants, err := app.Office.Grants(ctx, operator, p.ID)
			if err != nil {
				return err
			}
			fmt.Fprintf(table, "%s\t%s\t%s\t%v\t%s\n", p.Login, p.DisplayName, p.Department, p.Active, roleList(grants))
		}
		if offset+listPage >= total {
			return table.Flush()
		}
	}
}

func roleList(grants []account.Grant) string {
	var words []string
	for _, g := range grants {
		word := string(g.Role)
		if g.Scope != account.City {
			word += "@" + string(g.Scope)
		}
		words = append(words, word)
	}
	return strings.Join(words, ",")
}
