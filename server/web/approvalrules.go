package web

import (
	"net/http"
	"strconv"
	"strings"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// wholeCity is what forms call the rule above all departments.
const wholeCity = "*"

// rulesView is the page about how many people approve what.
type rulesView struct {
	Kinds       []content.Kind
	Rows        []ruleRow
	Same        []account.Department // those that follow the whole city
	Departments []account.Department // those the one who looks decides about
	City        bool                 // and the whole city
	Base        string               // ETag of the rules that are shown
	Form        ruleForm
	Mistake     mistake
}

// ruleRow is one department with a number for every kind.
type ruleRow struct {
	Department account.Department // without an id: the whole city
	Cells      []ruleCell
	Same       bool // as the whole city has it, without a rule of its own
}

type ruleCell struct {
	Kind      content.Kind
	Approvers int
	Own       bool // a rule of this very department
}

// sameAs reports whether a department says nothing of its own and comes to the
// numbers of the whole city, which is the first of the rows.
func (r ruleRow) sameAs(rows []ruleRow) bool {
	if len(rows) == 0 {
		return false
	}
	for i, c := range r.Cells {
		if c.Own || c.Approvers != rows[0].Cells[i].Approvers {
			return false
		}
	}
	return true
}

type ruleForm struct{ Department, Kind, Approvers string }

func (s *Server) approvalRules(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	return s.showApprovalRules(w, r, http.StatusOK, actor, rulesView{})
}

func (s *Server) showApprovalRules(w http.ResponseWriter, r *http.Request, status int, actor account.Actor, v rulesView) error {
	rules, err := s.Library.ApprovalRules(r.Context(), actor)
	if err != nil {
		return err
	}
	all, err := s.Office.Departments(r.Context())
	if err != nil {
		return err
	}
	v.Kinds, v.Base = content.RuledKinds(), rules.ETag()
	for _, d := range append([]account.Department{{}}, all...) {
		row := ruleRow{Department: d}
		for _, kind := range v.Kinds {
			_, own := rules.Rule(d.ID, kind)
			row.Cells = append(row.Cells, ruleCell{kind, rules.Approvers(kind, d.ID), own})
		}
		if row.Same = row.sameAs(v.Rows); row.Same {
			v.Same = append(v.Same, d)
		}
		v.Rows = append(v.Rows, row)
		switch {
		case !content.CanSetApprovalRules(actor, d.ID):
		case d.ID == "":
			v.City = true
		default:
			v.Departments = append(v.Departments, d)
		}
	}
	f := s.titled(r, "policy.rules-title")
	f.Crumbs = []Crumb{{f.T("web.proposals"), "/vorschlaege"}}
	f.Wide = true
	return s.render(w, r, status, "approvalrules", f, v)
}

func (s *Server) setApprovalRule(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	form := ruleForm{r.PostForm.Get("bereich"), r.PostForm.Get("art"), strings.TrimSpace(r.PostForm.Get("anzahl"))}
	department := form.Department
	if department == wholeCity {
		department = ""
	}
	var approvers *int
	if form.Approvers != "" {
		n, err := strconv.Atoi(form.Approvers)
		if err != nil {
			n = -1 // no number of people
		}
		approvers = &n
	}
	err := s.Library.ChangeApprovalRule(r.Context(), actor, r.PostForm.Get("stand"), department, content.Kind(form.Kind), approvers)
	if f, ok := fault.Of(err); ok && (f.Kind == fault.Invalid || f.Kind == fault.Stale) {
		v := rulesView{Form: form, Mistake: s.mistakeIn(r, err, "approvers", "anzahl")}
		return s.showApprovalRules(w, r, f.Kind.Status(), actor, v)
	}
	if err != nil {
		return err
	}
	return see(w, r, "/freigaberegeln?meldung=regel")
}
