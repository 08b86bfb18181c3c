package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"staffelstab/internal/account"
)

// ImportTrial is what an import would make of an export if nothing of it were here.
type ImportTrial struct {
	Totals    map[string]int    `json:"totals" doc:"Documents by status; read is all, review those somebody has to look at"`
	Documents []ImportDocument  `json:"documents" doc:"Those somebody has to look at first"`
	More      int               `json:"more,omitempty" doc:"Documents beyond those listed"`
	Pairs     []ImportTrialPair `json:"pairs"`
}

// ImportTrialPair is two documents of an export somebody would have to decide about.
type ImportTrialPair struct {
	First       string             `json:"first" doc:"Title"`
	Second      string             `json:"second" doc:"Title"`
	Kind        string             `json:"kind" enum:"identisch,enthalten,widerspruch,aehnlich"`
	Share       float64            `json:"share" doc:"Of the wording in common, 0 to 1"`
	Differences []ImportDifference `json:"differences,omitempty"`
}

// importTrial registers the trial run of an export.
func (a *API) importTrial(tags []string) {
	register(a, huma.Operation{Method: http.MethodPost, Path: "/imports/trial", Tags: tags, Summary: "Plan an import of an export and keep nothing", MaxBodyBytes: unbounded, DefaultStatus: http.StatusOK, Middlewares: huma.Middlewares{a.form}},
		func(ctx context.Context, actor account.Actor, in *struct {
			Source  string `query:"source" required:"true" enum:"dev,notes" doc:"What the DXL is an export of"`
			RawBody upload
		}) (*struct{ Body ImportTrial }, error) {
			form := in.RawBody.Data()
			defer form.File.Close()
			trial, err := a.Legacy.Try(ctx, actor, in.Source, form.File.Filename, form.File)
			if err != nil {
				return nil, err
			}
			out := ImportTrial{Totals: trial.Totals, Documents: []ImportDocument{}, More: trial.More, Pairs: []ImportTrialPair{}}
			for _, d := range trial.Documents {
				out.Documents = append(out.Documents, importDocument(d))
			}
			for _, p := range trial.Pairs {
				pair := ImportTrialPair{First: p.FirstTitle, Second: p.SecondTitle, Kind: string(p.Kind), Share: p.Share}
				for _, d := range p.Differences {
					pair.Differences = append(pair.Differences, ImportDifference(d))
				}
				out.Pairs = append(out.Pairs, pair)
			}
			return &struct{ Body ImportTrial }{out}, nil
		})
}
