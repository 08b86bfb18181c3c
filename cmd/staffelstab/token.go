package main

import (
	"context"
	"fmt"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

type tokenCommands struct {
	Create tokenCreateCommand `cmd:"" help:"Ein Zugriffstoken anlegen und ausgeben; es wird nur einmal gezeigt."`
}

type tokenCreateCommand struct {
	dataFlags
	User  string `required:"" help:"Anmeldename der Person, für die das Token handelt."`
	Scope string `help:"read, write oder admin." default:"read" enum:"read,write,admin"`
	Days  int    `help:"Gültigkeit in Tagen." default:"90"`
	Label string `help:"Wofür das Token ist." default:"cli"`
}

// Run prints the token, nothing else, on standard output.
func (c tokenCreateCommand) Run(ctx context.Context, env *environment) error {
	return runJob(ctx, env, c.dataFlags, &tokenJob{Login: c.User, Scope: c.Scope, Days: c.Days, Label: c.Label})
}

// tokenJob makes a token in the open folder.
type tokenJob struct {
	Login, Scope, Label string
	Days                int
}

// Name implements job.
func (*tokenJob) Name() string { return "token" }

// Do implements job.
func (j *tokenJob) Do(ctx context.Context, app *App, s streams) error {
	operator := app.Operator()
	person, err := app.Office.PersonByLogin(ctx, operator, j.Login)
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.NotFound, "cmd.no-such-login", "login", j.Login)
	}
	if err != nil {
		return err
	}
	secret, err := app.Auth.CreateToken(ctx, operator, person.ID, j.Label, account.Access(j.Scope), j.Days)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.out, secret)
	return err
}
