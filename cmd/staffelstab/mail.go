package main

import (
	"staffelstab/internal/fault"
	"staffelstab/internal/notice"
	"staffelstab/server/jobs"
	"staffelstab/server/mail"
)

// smtpFlags name the mail server. Without a host no mail is sent.
type smtpFlags struct {
	Host     string `help:"Mailserver; ohne Angabe werden keine Mails verschickt." env:"STAFFELSTAB_SMTP_HOST"`
	Port     int    `help:"Port; 0 bedeutet 587 mit starttls, 465 mit tls, 25 ohne." default:"0" env:"STAFFELSTAB_SMTP_PORT"`
	TLS      string `help:"starttls, tls oder none." default:"starttls" enum:"starttls,tls,none" env:"STAFFELSTAB_SMTP_TLS" name:"tls"`
	User     string `help:"Anmeldename am Mailserver." env:"STAFFELSTAB_SMTP_USER"`
	Password string `help:"Passwort am Mailserver; besser als Variable." env:"STAFFELSTAB_SMTP_PASSWORD"`
	From     string `help:"Absender, zum Beispiel Staffelstab <staffelstab@example.org>." env:"STAFFELSTAB_SMTP_FROM"`
}

// mailJobs send what people are told; without a mail server there are none.
func (c serveCommand) mailJobs(app *App) ([]jobs.Job, error) {
	if c.SMTP.Host == "" {
		return nil, nil
	}
	courier, err := c.courier(app)
	if err != nil {
		return nil, err
	}
	return []jobs.Job{
		{Name: "mail", Every: mailEvery, Run: courier.Deliver},
		{Name: "digest", Every: digestEvery, Run: courier.Digests},
	}, nil
}

func (c serveCommand) courier(app *App) (*notice.Courier, error) {
	if app.BaseURL == "" {
		return nil, fault.New(fault.Invalid, "notice.needs-base-url")
	}
	sender, err := mail.NewSender(mail.Server{
		Host: c.SMTP.Host, Port: c.SMTP.Port, Encryption: mail.Encryption(c.SMTP.TLS), User: c.SMTP.User, Password: c.SMTP.Password, From: c.SMTP.From,
	})
	if err != nil {
		return nil, err
	}
	return &notice.Courier{
		Post: app.Store, Mailer: sender, Now: app.Now, Zone: app.Zone, Log: app.Log,
		Writer: &mail.Letters{Library: app.Library, Catalogue: app.Catalogue, Base: app.BaseURL, Zone: app.Zone},
	}, nil
}
