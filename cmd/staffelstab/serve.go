package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"staffelstab/internal/fault"
	"staffelstab/internal/i18n"
)

type serveCommand struct {
	dataFlags
	Listen  string    `help:"Adresse und Port." default:"127.0.0.1:8080" env:"STAFFELSTAB_LISTEN"`
	BaseURL string    `help:"Öffentliche Adresse, zum Beispiel https://wissen.example.org; mit https gelten Cookies nur über TLS." env:"STAFFELSTAB_BASE_URL" name:"base-url"`
	Largest int       `help:"Größte Datei neben einem Text, in Megabyte." default:"200" env:"STAFFELSTAB_MAX_ATTACHMENT" name:"max-attachment"`
	SMTP    smtpFlags `embed:"" prefix:"smtp-"`
	Demo    bool      `help:"Vorführung mit erfundenen Inhalten und Personen, nur auf diesem Rechner." env:"STAFFELSTAB_DEMO"`
}

// shutdownGrace is how long requests that run may take to end.
const shutdownGrace = 15 * time.Second

// demoMark is a file that marks a folder of the demo.
const demoMark = "DEMO"

// Run serves until the context ends.
func (c serveCommand) Run(ctx context.Context, env *environment) (err error) {
	if err := c.checkFolder(); err != nil {
		return err
	}
	listener, err := c.listen()
	if err != nil {
		return err
	}
	log := c.logger(env)
	app, err := OpenApp(ctx, appConfig{
		Data: c.Data, DatabaseURL: c.DatabaseURL, Log: log, Catalogue: env.catalogue, Demo: c.Demo, Create: true, Serving: true,
		Secure: strings.HasPrefix(c.BaseURL, "https://"), BaseURL: strings.TrimRight(c.BaseURL, "/"), MaxAttachment: int64(c.Largest) << 20,
	})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer func() { err = errors.Join(err, app.Close()) }()
	if c.Demo {
		if err := c.prepareDemo(ctx, app); err != nil {
			return errors.Join(err, listener.Close())
		}
	}
	control, err := listenControl(app, c.Data, log)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer func() { err = errors.Join(err, control.Close()) }()
	if err := c.startJobs(app); err != nil {
		return errors.Join(err, listener.Close())
	}
	if err := c.announce(ctx, env, app, listener.Addr().String()); err != nil {
		return errors.Join(err, listener.Close())
	}
	return c.serve(ctx, app, listener)
}

// checkFolder keeps the demo and the city apart.
func (c serveCommand) checkFolder() error {
	_, markErr := os.Stat(filepath.Join(c.Data, demoMark))
	marked := markErr == nil
	if !c.Demo {
		if marked {
			return fault.New(fault.Conflict, "cmd.folder-is-demo", "folder", c.Data)
		}
		return nil
	}
	entries, err := os.ReadDir(c.Data)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if !marked && len(entries) > 0 {
		return fault.New(fault.Conflict, "cmd.folder-not-demo", "folder", c.Data)
	}
	return nil
}

// listen opens the port; the demo only on loopback.
func (c serveCommand) listen() (net.Listener, error) {
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return nil, fault.New(fault.Invalid, "cmd.bad-listen", "address", c.Listen).Because(err)
	}
	if ip := net.ParseIP(host); c.Demo && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fault.New(fault.Invalid, "cmd.demo-needs-loopback", "address", c.Listen)
	}
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return nil, fault.New(fault.Unavailable, "cmd.port-taken", "address", c.Listen).Because(err)
	}
	return listener, nil
}

// prepareDemo marks the folder and seeds it, now and once a day.
func (c serveCommand) prepareDemo(ctx context.Context, app *App) error {
	if err := app.wait(ctx); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(c.Data, demoMark), []byte(version+"\n"), 0o600); err != nil {
		return err
	}
	if err := app.SeedDemo(ctx); err != nil {
		return err
	}
	app.Background(func(ctx context.Context) {
		ticker := time.NewTicker(24 * time.Hour)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				if err := app.SeedDemo(ctx); err != nil {
					app.Log.Error("demo not refreshed", "error", err)
				}
			}
		}
	})
	return nil
}

// announce tells where to go, in one piece: who waits for the address finds
// everything with it.
func (c serveCommand) announce(ctx context.Context, env *environment, app *App, address string) error {
	base := strings.TrimSuffix(c.BaseURL, "/")
	if base == "" {
		base = "http://" + address
	}
	var text strings.Builder
	say := func(key string, args map[string]any) {
		fmt.Fprintln(&text, env.catalogue.Text(i18n.German, key, args))
	}
	say("cmd.serving", map[string]any{"address": base})
	if c.Demo {
		say("cmd.demo-people", map[string]any{"password": demoPassword})
		for _, p := range demoPeople() {
			fmt.Fprintf(&text, "  %-22s %s\n", p.login, p.name)
		}
	} else {
		secret, err := app.Auth.OpenSetup(ctx)
		if err != nil {
			return err
		}
		if secret != "" {
			say("cmd.first-admin", map[string]any{"address": base + "/einrichtung/" + secret})
		}
	}
	_, err := io.WriteString(env.out, text.String())
	return err
}

// serve answers requests until the context ends, then lets those that run end.
func (c serveCommand) serve(ctx context.Context, app *App, listener net.Listener) error {
	server, err := app.Server()
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	httpServer := server.HTTPServer()
	failed := make(chan error, 1)
	go func() { failed <- httpServer.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	server.Drain()
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
	defer cancel()
	if err := httpServer.Shutdown(grace); err != nil {
		return errors.Join(err, httpServer.Close())
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
