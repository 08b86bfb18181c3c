package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"staffelstab/content"
	"staffelstab/internal/account"
)

// demandForm says who has to take note of a text, field by field.
type demandForm struct {
	Required    bool
	Departments string // numbers, separated by commas
	Roles       []account.Role
	Days        string
	shown       bool // the form had the fields
	keep        bool // the form says what the text says already
}

// demandRoles are the roles people can be asked by.
func demandRoles() []account.Role {
	return slices.DeleteFunc(account.Roles(), func(r account.Role) bool { return r == account.Admin })
}

func demandRoleField(r account.Role) string { return "kenntnisnahme-rolle-" + string(r) }

// demandFields are the fields of the form that a draft keeps.
func demandFields() []string {
	out := []string{"kenntnisnahme-felder", "kenntnisnahme", "kenntnisnahme-bereiche", "kenntnisnahme-frist"}
	for _, r := range demandRoles() {
		out = append(out, demandRoleField(r))
	}
	return out
}

func readDemand(values url.Values) demandForm {
	get := func(name string) string { return strings.TrimSpace(values.Get(name)) }
	d := demandForm{
		Required: get("kenntnisnahme") == "ja", Departments: get("kenntnisnahme-bereiche"), Days: get("kenntnisnahme-frist"),
		shown: get("kenntnisnahme-felder") == "ja",
	}
	for _, r := range demandRoles() {
		if get(demandRoleField(r)) == "ja" {
			d.Roles = append(d.Roles, r)
		}
	}
	return d
}

// demandOf fills the fields with what a text says.
func demandOf(d content.Demand) demandForm {
	form := demandForm{Required: d.Required}
	if d.Days != 0 {
		form.Days = strconv.Itoa(d.Days)
	}
	var departments []string
	for _, token := range d.Groups {
		kind, name, _ := strings.Cut(token, ":")
		switch kind {
		case "fb":
			departments = append(departments, name)
		case "rolle":
			form.Roles = append(form.Roles, account.Role(name))
		}
	}
	form.Departments = strings.Join(departments, ", ")
	return form
}

// keepIfSame leaves the front matter as it is written as long as the form says
// the same.
func (d *demandForm) keepIfSame(text content.Demand) {
	was := demandOf(text)
	slices.Sort(was.Roles)
	now := slices.Sorted(slices.Values(d.Roles))
	d.keep = was.Required == d.Required && was.Days == d.Days && slices.Equal(was.Roles, now) &&
		strings.Join(strings.Fields(was.Departments), " ") == strings.Join(strings.Fields(d.Departments), " ")
}

// into puts the fields into the front matter. A text nobody has to take note of
// does not say so.
func (d demandForm) into(meta map[string]any) {
	if !d.shown || d.keep {
		return
	}
	meta["kenntnisnahme"] = nil
	if !d.Required {
		return
	}
	var groups []string
	for department := range strings.SplitSeq(d.Departments, ",") {
		if department = strings.TrimSpace(department); department != "" {
			groups = append(groups, account.DepartmentToken(department))
		}
	}
	for _, r := range d.Roles {
		groups = append(groups, account.RoleToken(r))
	}
	if len(groups) == 0 {
		groups = []string{account.Everyone}
	}
	value := map[string]any{"pflicht": "ja", "gruppen": groups}
	if d.Days != "" {
		value["frist"] = d.Days
	}
	meta["kenntnisnahme"] = value
}

// Has reports whether a role is chosen.
func (d demandForm) Has(r account.Role) bool { return slices.Contains(d.Roles, r) }

// AllRoles are the roles to choose from.
func (d demandForm) AllRoles() []account.Role { return demandRoles() }
