package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"staffelstab/internal/account"
	"staffelstab/lessons/zak"
	"staffelstab/server/request"
)

// Cohort is an Ausbildungsjahrgang.
type Cohort struct {
	ID          string   `json:"id"`
	Occupation  string   `json:"occupation"`
	Year        int      `json:"year"`
	Name        string   `json:"name"`
	Modules     []string `json:"modules" doc:"Ids of the modules the cohort is to do"`
	Apprentices int      `json:"apprentices" doc:"How many"`
}

// CohortInput describes a new cohort.
type CohortInput struct {
	Occupation string   `json:"occupation" maxLength:"40"`
	Year       int      `json:"year"`
	Name       string   `json:"name" maxLength:"200"`
	Modules    []string `json:"modules,omitempty" maxItems:"500"`
}

// Apprentice is somebody in a cohort.
type Apprentice struct {
	ID     string `json:"id"`
	Person string `json:"person"`
	Name   string `json:"name"`
	Cohort string `json:"cohort"`
	Start  string `json:"start"`
	End    string `json:"end,omitempty"`
}

// ProgressTable says who has done which module, and nothing about points.
type ProgressTable struct {
	Cohort  Cohort           `json:"cohort"`
	Modules []ProgressColumn `json:"modules"`
	Rows    []ProgressRow    `json:"rows"`
}

// ProgressColumn is a module of the table.
type ProgressColumn struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// ProgressRow is an apprentice's line.
type ProgressRow struct {
	Apprentice Apprentice     `json:"apprentice"`
	Marks      []ProgressMark `json:"marks"`
}

// ProgressMark is a cell: done, begun or open.
type ProgressMark struct {
	Module string     `json:"module"`
	State  string     `json:"state" enum:"done,begun,open"`
	DoneAt *time.Time `json:"done_at,omitempty"`
}

// Occupation is a Berufsbild.
type Occupation struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

type progressOutput struct {
	ContentType        string `header:"Content-Type"`
	ContentDisposition string `header:"Content-Disposition"`
	Body               []byte
}

func (a *API) zak() {
	tags := []string{"zak"}
	register(a, huma.Operation{Method: http.MethodGet, Path: "/zak/occupations", Tags: tags, Summary: "List occupations"},
		func(ctx context.Context, actor account.Actor, _ *struct{}) (*struct{ Body []Occupation }, error) {
			list, err := a.Tracker.Occupations(ctx, actor)
			if err != nil {
				return nil, err
			}
			out := make([]Occupation, len(list))
			for i, o := range list {
				out[i] = Occupation(o)
			}
			return &struct{ Body []Occupation }{out}, nil
		})
	register(a, huma.Operation{Method: http.MethodPut, Path: "/zak/occupations/{id}", Tags: tags, Summary: "Add or rename an occupation", DefaultStatus: http.StatusNoContent},
		func(ctx context.Context, actor account.Actor, in *struct {
			ID   string `path:"id" maxLength:"40" example:"VwFAng"`
			Body struct {
				Title string `json:"title" maxLength:"200"`
			}
		}) (*struct{}, error) {
			return nil, a.Tracker.SaveOccupation(ctx, actor, zak.Occupation{ID: in.ID, Title: in.Body.Title})
		})
	a.cohorts(tags)
	a.cohortProgress(tags)
	a.apprentices(tags)
}

func (a *API) cohorts(tags []string) {
	register(a, huma.Operation{Method: http.MethodGet, Path: "/zak/cohorts", Tags: tags, Summary: "List own cohorts"},
		func(ctx context.Context, actor account.Actor, _ *struct{}) (*struct{ Body []Cohort }, error) {
			list, err := a.Tracker.Cohorts(ctx, actor)
			if err != nil {
				return nil, err
			}
			out := make([]Cohort, len(list))
			for i, c := range list {
				out[i] = cohort(c.Cohort, c.Apprentices)
			}
			return &struct{ Body []Cohort }{out}, nil
		})
	register(a, huma.Operation{Method: http.MethodPost, Path: "/zak/cohorts", Tags: tags, Summary: "Create a cohort", DefaultStatus: http.StatusCreated},
		func(ctx context.Context, actor account.Actor, in *struct{ Body CohortInput }) (*struct{ Body Cohort }, error) {
			c, err := a.Tracker.CreateCohort(ctx, actor, zak.Cohort{
				Occupation: in.Body.Occupation, Year: in.Body.Year, Name: in.Body.Name, Modules: in.Body.Modules,
			})
			if err != nil {
				return nil, err
			}
			return &struct{ Body Cohort }{cohort(c, 0)}, nil
		})
	register(a, huma.Operation{Method: http.MethodGet, Path: "/zak/cohorts/{id}", Tags: tags, Summary: "A cohort with its apprentices"},
		func(ctx context.Context, actor account.Actor, in *struct {
			ID string `path:"id" maxLength:"40"`
		}) (*struct {
			Body struct {
				Cohort
				Members []Apprentice `json:"members"`
			}
		}, error) {
			c, people, err := a.Tracker.Cohort(ctx, actor, in.ID)
			if err != nil {
				return nil, err
			}
			out := &struct {
				Body struct {
					Cohort
					Members []Apprentice `json:"members"`
				}
			}{}
			out.Body.Cohort, out.Body.Members = cohort(c, len(people)), []Apprentice{}
			for _, p := range people {
				out.Body.Members = append(out.Body.Members, Apprentice(p))
			}
			return out, nil
		})
}

func (a *API) cohortProgress(tags []string) {
	register(a, huma.Operation{
		Method: http.MethodGet, Path: "/zak/cohorts/{id}/progress", Tags: tags, Summary: "Progress of a cohort as JSON or CSV by Accept",
		Responses: map[string]*huma.Response{"200": {Description: "Progress table", Content: map[string]*huma.MediaType{
			"application/json": {Schema: a.huma.OpenAPI().Components.Schemas.Schema(typeOf[ProgressTable](), true, "ProgressTable")},
			"text/csv":         {Schema: &huma.Schema{Type: "string"}},
		}}},
	},
		func(ctx context.Context, actor account.Actor, in *struct {
			ID     string `path:"id" maxLength:"40"`
			Accept string `header:"Accept" maxLength:"1000"`
		}) (*progressOutput, error) {
			table, err := a.Tracker.Progress(ctx, actor, in.ID)
			if err != nil {
				return nil, err
			}
			return a.progressAs(ctx, table, in.Accept)
		})
}

func (a *API) apprentices(tags []string) {
	register(a, huma.Operation{Method: http.MethodPost, Path: "/zak/apprentices", Tags: tags, Summary: "Put a person into a cohort", DefaultStatus: http.StatusCreated},
		func(ctx context.Context, actor account.Actor, in *struct {
			Body struct {
				Person string `json:"person" maxLength:"40"`
				Cohort string `json:"cohort" maxLength:"40"`
				Start  string `json:"start" example:"2026-08-01" maxLength:"10"`
				End    string `json:"end,omitempty" maxLength:"10"`
			}
		}) (*struct{ Body Apprentice }, error) {
			p, err := a.Tracker.AddApprentice(ctx, actor, zak.Apprentice{
				Person: in.Body.Person, Cohort: in.Body.Cohort, Start: in.Body.Start, End: in.Body.End,
			})
			if err != nil {
				return nil, err
			}
			return &struct{ Body Apprentice }{Apprentice(p)}, nil
		})
	register(a, huma.Operation{Method: http.MethodGet, Path: "/zak/apprentices/{id}", Tags: tags, Summary: "An apprentice's progress"},
		func(ctx context.Context, actor account.Actor, in *struct {
			ID string `path:"id" maxLength:"40"`
		}) (*struct{ Body ProgressTable }, error) {
			table, err := a.Tracker.Apprentice(ctx, actor, in.ID)
			if err != nil {
				return nil, err
			}
			return &struct{ Body ProgressTable }{progressTable(table)}, nil
		})
}

func cohort(c zak.Cohort, apprentices int) Cohort {
	return Cohort{ID: c.ID, Occupation: c.Occupation, Year: c.Year, Name: c.Name, Modules: orEmpty(c.Modules), Apprentices: apprentices}
}

func progressTable(t zak.Table) ProgressTable {
	out := ProgressTable{Cohort: cohort(t.Cohort, len(t.Rows)), Modules: []ProgressColumn{}, Rows: []ProgressRow{}}
	for _, c := range t.Columns {
		out.Modules = append(out.Modules, ProgressColumn{ID: c.Module, Title: c.Title})
	}
	for _, r := range t.Rows {
		row := ProgressRow{Apprentice: Apprentice(r.Apprentice), Marks: []ProgressMark{}}
		for _, m := range r.Marks {
			mark := ProgressMark{Module: m.Module, State: "open"}
			switch {
			case m.Done:
				mark.State, mark.DoneAt = "done", &m.DoneAt
			case m.Started:
				mark.State = "begun"
			}
			row.Marks = append(row.Marks, mark)
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// progressAs writes the table in the form the client asked for.
func (a *API) progressAs(ctx context.Context, table zak.Table, accept string) (*progressOutput, error) {
	var out bytes.Buffer
	if strings.Contains(accept, "text/csv") {
		err := table.WriteCSV(&out, a.words(ctx))
		return &progressOutput{
			ContentType: "text/csv; charset=utf-8", ContentDisposition: `attachment; filename="jahrgang.csv"`, Body: out.Bytes(),
		}, err
	}
	err := json.NewEncoder(&out).Encode(progressTable(table))
	return &progressOutput{ContentType: "application/json", Body: out.Bytes()}, err
}

func (a *API) words(ctx context.Context) zak.Words {
	locale := request.From(ctx).Locale
	return zak.Words{
		Name:  a.Catalogue.Text(locale, "api.csv-name", nil),
		Start: a.Catalogue.Text(locale, "api.csv-start", nil),
		Done:  a.Catalogue.Text(locale, "api.csv-done", nil),
		Begun: a.Catalogue.Text(locale, "api.csv-begun", nil),
		Open:  a.Catalogue.Text(locale, "api.csv-open", nil),
	}
}
