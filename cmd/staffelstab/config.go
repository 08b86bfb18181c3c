package main

import (
	"log/slog"
	"os"
	"path/filepath"

	"staffelstab/internal/fault"
)

// commands is the command line. Every flag has a variable STAFFELSTAB_….
type commands struct {
	Serve    serveCommand    `cmd:"" help:"Den Server starten."`
	Import   importCommands  `cmd:"" help:"Altbestände prüfen und übernehmen."`
	Reindex  reindexCommand  `cmd:"" help:"Datenbank und Suchindex neu aus dem Git-Verzeichnis aufbauen."`
	Check    checkCommand    `cmd:"" help:"Git-Verzeichnis, Datenbank und Suchindex prüfen."`
	Maintain maintainCommand `cmd:"" help:"Git-Verzeichnis verdichten und Zwischendateien entfernen."`
	User     userCommands    `cmd:"" help:"Konten verwalten."`
	Token    tokenCommands   `cmd:"" help:"Zugriffstoken verwalten."`
	Openapi  openapiCommand  `cmd:"" help:"Die OpenAPI-Beschreibung der Schnittstelle ausgeben."`
	Version  versionCommand  `cmd:"" help:"Die Version ausgeben."`
}

// dataFlags name the data folder and the database.
type dataFlags struct {
	Data        string `help:"Datenordner." default:"./data" type:"path" env:"STAFFELSTAB_DATA"`
	DatabaseURL string `help:"PostgreSQL statt SQLite im Datenordner (postgres://…)." env:"STAFFELSTAB_DATABASE_URL" name:"database-url"`
	LogLevel    string `help:"debug, info, warn oder error." default:"info" enum:"debug,info,warn,error" env:"STAFFELSTAB_LOG_LEVEL"`
}

// logger writes JSON lines to standard error, so that standard output belongs
// to the command.
func (f dataFlags) logger(env *environment) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(f.LogLevel)); err != nil {
		level = slog.LevelInfo
	}
	return slog.New(slog.NewJSONHandler(env.err, &slog.HandlerOptions{Level: level}))
}

// mustExist refuses a data folder that was never made, because a mistyped path
// would otherwise look like an empty city.
func (f dataFlags) mustExist() error {
	if _, err := os.Stat(filepath.Join(f.Data, repositoryFolder)); err != nil {
		return fault.New(fault.NotFound, "cmd.no-data-folder", "folder", f.Data)
	}
	return nil
}

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(env *environment) error {
	_, err := env.out.Write([]byte(version + "\n"))
	return err
}
