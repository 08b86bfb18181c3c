package main

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

type tokenCommands struct {
	Create   tokenCreateCommand   `cmd:"" help:"Ein Zugriffstoken anlegen und ausgeben; es wird nur einmal gezeigt."`
	List     tokenListCommand     `cmd:"" help:"Die gültigen Zugriffstoken einer Person auflisten."`
	Withdraw tokenWithdrawCommand `cmd:"" help:"Ein Zugriffstoken sofort beenden."`
}

type tokenCreateCommand struct {
	dataFlags
	User  string `required:"" help:"Anmeldename der Person, für die das Token handelt."`
	Scope string `help:"read, write oder admin." default:"read" enum:"read,write,admin"`
	Days  int    `help:"Gültigkeit in Tagen." default:"90"`
	Label string `help:"Wofür das Token ist." default:"cli"`
}

type tokenListCommand struct {
	dataFlags
	User string `required:"" help:"Anmeldename der Person."`
}

type tokenWithdrawCommand struct {
	dataFlags
	User string `required:"" help:"Anmeldename der Person."`
	ID   string `arg:"" help:"Kennung des Tokens, aus der Liste."`
}

// Run prints the token, nothing else, on standard output.
func (c tokenCreateCommand) Run(ctx context.Context, env *environment) error {
	return runJob(ctx, env, c.dataFlags, &tokenJob{Action: "create", Login: c.User, Scope: c.Scope, Days: c.Days, Label: c.Label})
}

// Run lists the tokens of a person.
func (c tokenListCommand) Run(ctx context.Context, env *environment) error {
	return runJob(ctx, env, c.dataFlags, &tokenJob{Action: "list", Login: c.User})
}

// Run withdraws a token.
func (c tokenWithdrawCommand) Run(ctx context.Context, env *environment) error {
	return runJob(ctx, env, c.dataFlags, &tokenJob{Action: "withdraw", Login: c.User, ID: c.ID})
}

// tokenJob makes, lists and withdraws tokens in the open folder.
type tokenJob struct {
	Action              string
	Login, Scope, Label string
	ID                  string
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
	switch j.Action {
	case "create":
		secret, err := app.Auth.CreateToken(ctx, operator, person.ID, j.Label, account.Access(j.Scope), j.Days)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(s.out, secret)
		return err
	case "list":
		return listTokens(ctx, app, operator, person, s)
	case "withdraw":
		return app.Auth.WithdrawToken(ctx, operator, person.ID, j.ID)
	}
	return fmt.Errorf("unknown action %q", j.Action)
}

func listTokens(ctx context.Context, app *App, operator account.Actor, person account.Person, s streams) error {
	tokens, err := app.Auth.Tokens(ctx, operator, person.ID)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(s.out, 0, 8, 2, ' ', 0)
	for _, t := range tokens {
		if _, err := fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", t.ID, t.Access, t.ExpiresAt.In(app.Zone).Format(time.DateOnly), t.Label); err != nil {
			return err
		}
	}
	return w.Flush()
}
