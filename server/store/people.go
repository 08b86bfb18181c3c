package store

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

type personRow struct {
	ID           string `gorm:"primaryKey"`
	Login        string
	DisplayName  string
	NameKey      string
	NameLower    string
	Email        string
	Department   string
	Pseudonym    string
	Active       int
	Demo         int
	CreatedAt    int64 `gorm:"autoCreateTime:false"`
	PasswordHash string
}

func (personRow) TableName() string { return "people" }

type grantRow struct {
	ID       string `gorm:"primaryKey"`
	Person   string
	Role     string
	Scope    string
	FromDay  string
	UntilDay string
}

func (grantRow) TableName() string { return "grants" }

type departmentRow struct {
	ID   string `gorm:"primaryKey"`
	Name string
}

func (departmentRow) TableName() string { return "departments" }

func (r personRow) person() account.Person {
	return account.Person{
		ID: r.ID, Login: r.Login, DisplayName: r.DisplayName, Email: r.Email, Department: r.Department, Pseudonym: r.Pseudonym,
		Active: r.Active == 1, Demo: r.Demo == 1, CreatedAt: from(r.CreatedAt),
	}
}

// Person returns a person by id.
func (s *Store) Person(ctx context.Context, id string) (account.Person, error) {
	return s.personWhere(ctx, "id = ?", id)
}

// PersonByLogin returns a person by the name used to sign in.
func (s *Store) PersonByLogin(ctx context.Context, login string) (account.Person, error) {
	return s.personWhere(ctx, "login = ?", login)
}

// PersonByPseudonym returns who a pseudonym of Git stands for.
func (s *Store) PersonByPseudonym(ctx context.Context, pseudonym string) (account.Person, error) {
	return s.personWhere(ctx, "pseudonym = ?", pseudonym)
}

// Holders lists active people with a grant of the role that holds on the day
// and covers the department, by id.
func (s *Store) Holders(ctx context.Context, role account.Role, department, day string) ([]account.Person, error) {
	scopes := []string{string(account.City)}
	for d := department; d != ""; d = d[:max(strings.LastIndex(d, "/"), 0)] {
		scopes = append(scopes, string(account.InDepartment(d)))
	}
	var rows []personRow
	err := s.on(ctx).Where(`active = 1 AND EXISTS (SELECT 1 FROM grants g WHERE g.person = people.id AND g.role = ? AND g.scope IN ?
		AND g.from_day <= ? AND (g.until_day = '' OR g.until_day >= ?))`, string(role), scopes, day, day).Order("id").Find(&rows).Error
	out := make([]account.Person, len(rows))
	for i, r := range rows {
		out[i] = r.person()
	}
	return out, translate(err)
}

// PeopleNamed lists active people with exactly the id, login or display name.
func (s *Store) PeopleNamed(ctx context.Context, name string) ([]account.Person, error) {
	lower := strings.ToLower(strings.TrimSpace(name))
	var rows []personRow
	err := s.on(ctx).Where("active = 1 AND (id = ? OR LOWER(login) = ? OR name_lower = ?)", lower, lower, lower).Order("id").Find(&rows).Error
	out := make([]account.Person, len(rows))
	for i, r := range rows {
		out[i] = r.person()
	}
	return out, translate(err)
}

func (s *Store) personWhere(ctx context.Context, where, value string) (account.Person, error) {
	var row personRow
	if err := s.on(ctx).Where(where, value).Take(&row).Error; err != nil {
		return account.Person{}, missing(err, "store.no-person")
	}
	return row.person(), nil
}

// People lists persons by name in German order.
func (s *Store) People(ctx context.Context, q string, limit, offset int) ([]account.Person, int, error) {
	find := func() *gorm.DB {
		db := s.on(ctx).Model(&personRow{})
		if q = strings.TrimSpace(q); q != "" {
			pattern := "%" + escapeLike(strings.ToLower(q)) + "%"
			db = db.Where(`(login LIKE ? ESCAPE '\' OR name_lower LIKE ? ESCAPE '\')`, pattern, pattern)
		}
		return db
	}
	var total int64
	if err := find().Count(&total).Error; err != nil {
		return nil, 0, translate(err)
	}
	if limit < 1 || limit > listLimit {
		limit = listLimit
	}
	var rows []personRow
	if err := find().Order("name_key").Order("id").Limit(limit).Offset(max(offset, 0)).Find(&rows).Error; err != nil {
		return nil, 0, translate(err)
	}
	out := make([]account.Person, len(rows))
	for i, r := range rows {
		out[i] = r.person()
	}
	return out, int(total), nil
}

// CreatePerson adds a person; a login that exists is a Conflict.
func (s *Store) CreatePerson(ctx context.Context, p account.Person) error {
	row := personRow{
		ID: p.ID, Login: p.Login, DisplayName: p.DisplayName, NameKey: s.collator.key(p.DisplayName), NameLower: strings.ToLower(p.DisplayName),
		Email: p.Email, Department: p.Department, Pseudonym: p.Pseudonym, Active: integer(p.Active), Demo: integer(p.Demo), CreatedAt: at(p.CreatedAt),
	}
	err := translate(s.on(ctx).Create(&row).Error)
	if fault.Is(err, fault.Conflict) {
		return fault.New(fault.Conflict, "store.login-taken").InField("login").Because(err)
	}
	return err
}

// UpdatePerson changes name, mail and department.
func (s *Store) UpdatePerson(ctx context.Context, p account.Person) error {
	result := s.on(ctx).Model(&personRow{}).Where("id = ?", p.ID).Updates(map[string]any{
		"display_name": p.DisplayName, "name_key": s.collator.key(p.DisplayName), "name_lower": strings.ToLower(p.DisplayName),
		"email": p.Email, "department": p.Department,
	})
	if result.Error == nil && result.RowsAffected == 0 {
		return fault.New(fault.NotFound, "store.no-person")
	}
	return translate(result.Error)
}

// SetActive lets a person sign in or not, and then ends sessions and tokens.
func (s *Store) SetActive(ctx context.Context, person string, active bool) error {
	return translate(s.on(ctx).Transaction(func(tx *gorm.DB) error {
		result := tx.Model(&personRow{}).Where("id = ?", person).Update("active", integer(active))
		if result.Error == nil && result.RowsAffected == 0 {
			return fault.New(fault.NotFound, "store.no-person")
		}
		if result.Error != nil || active {
			return result.Error
		}
		for _, row := range []any{&sessionRow{}, &tokenRow{}} {
			if err := tx.Where("person = ?", person).Delete(row).Error; err != nil {
				return err
			}
		}
		return nil
	}))
}

// ErasePerson removes a person with everything that names the person.
func (s *Store) ErasePerson(ctx context.Context, id string) error {
	return translate(s.on(ctx).Transaction(func(tx *gorm.DB) error {
		for _, row := range []any{&grantRow{}, &sessionRow{}, &tokenRow{}, &draftRow{}, &draftFileRow{}, &attemptRow{}, &readingRow{}, &apprenticeRow{}, &noticeRow{},
			&acknowledgementRow{}, &askRow{}, &favouriteRow{}, &recentRow{}, &recentOffRow{}, &deputyRow{},
			&helpfulRow{}, &watchRow{}, &feedRow{}, &mailWishRow{}, &mailStateRow{}} {
			if err := tx.Where("person = ?", id).Delete(row).Error; err != nil {
				return err
			}
		}
		if err := tx.Where("deputy = ?", id).Delete(&deputyRow{}).Error; err != nil {
			return err
		}
		// What the person said stays without a name; what waits for the person waits for the department again.
		freed := tx.Model(&commentRow{}).Where("assignee IN (SELECT pseudonym FROM people WHERE id = ?)", id).Update("assignee", "")
		if freed.Error != nil {
			return freed.Error
		}
		var person []personRow
		if err := tx.Where("id = ?", id).Find(&person).Error; err != nil {
			return err
		}
		for _, p := range person { // an import may have kept the name under another pseudonym
			if _, err := forgetName(tx, p.DisplayName); err != nil {
				return err
			}
			if err := tx.Where("pseudonym = ?", p.Pseudonym).Delete(&formerAuthorRow{}).Error; err != nil {
				return err
			}
		}
		result := tx.Where("id = ?", id).Delete(&personRow{})
		if result.Error == nil && result.RowsAffected == 0 {
			return fault.New(fault.NotFound, "store.no-person")
		}
		return result.Error
	}))
}

// Names resolves pseudonyms to display names.
func (s *Store) Names(ctx context.Context, pseudonyms []string) (map[string]string, error) {
	out := map[string]string{}
	for batch := range slices.Chunk(unique(pseudonyms), insertBatch) {
		var rows []personRow
		err := s.on(ctx).Select("pseudonym", "display_name").Where("pseudonym IN ?", batch).Find(&rows).Error
		if err != nil {
			return nil, translate(err)
		}
		for _, r := range rows {
			out[r.Pseudonym] = r.DisplayName
		}
		if len(rows) == len(batch) {
			continue
		}
		var former []formerAuthorRow
		if err := s.on(ctx).Where("pseudonym IN ?", batch).Find(&former).Error; err != nil {
			return nil, translate(err)
		}
		for _, r := range former {
			if _, here := out[r.Pseudonym]; !here {
				out[r.Pseudonym] = r.DisplayName
			}
		}
	}
	return out, nil
}

// formerAuthorRow is what an author of imported texts was called.
type formerAuthorRow struct {
	Pseudonym   string `gorm:"primaryKey"`
	DisplayName string
}

// TableName implements gorm's tabler.
func (formerAuthorRow) TableName() string { return "former_authors" }

// KeepNames keeps names of pseudonyms nobody here has.
func (s *Store) KeepNames(ctx context.Context, names map[string]string) error {
	rows := make([]formerAuthorRow, 0, len(names))
	for _, pseudonym := range slices.Sorted(maps.Keys(names)) {
		rows = append(rows, formerAuthorRow{pseudonym, names[pseudonym]})
	}
	return translate(s.on(ctx).Transaction(func(tx *gorm.DB) error {
		for batch := range slices.Chunk(rows, insertBatch) {
			if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&batch).Error; err != nil {
				return err
			}
		}
		return nil
	}))
}

// ForgetName removes kept names that are exactly this one, in any case. There
// are few thousand; no database folds all of Unicode alike.
func (s *Store) ForgetName(ctx context.Context, name string) (int, error) {
	n, err := forgetName(s.on(ctx), name)
	return n, translate(err)
}

func forgetName(tx *gorm.DB, name string) (int, error) {
	var rows []formerAuthorRow
	if err := tx.Find(&rows).Error; err != nil {
		return 0, err
	}
	var gone []string
	for _, r := range rows {
		if strings.EqualFold(r.DisplayName, name) {
			gone = append(gone, r.Pseudonym)
		}
	}
	for batch := range slices.Chunk(gone, insertBatch) {
		if err := tx.Where("pseudonym IN ?", batch).Delete(&formerAuthorRow{}).Error; err != nil {
			return 0, err
		}
	}
	return len(gone), nil
}

// Grants lists the grants of a person.
func (s *Store) Grants(ctx context.Context, person string) ([]account.Grant, error) {
	var rows []grantRow
	if err := s.on(ctx).Where("person = ?", person).Order("role").Order("scope").Order("id").Find(&rows).Error; err != nil {
		return nil, translate(err)
	}
	out := make([]account.Grant, len(rows))
	for i, r := range rows {
		out[i] = account.Grant{ID: r.ID, Person: r.Person, Role: account.Role(r.Role), Scope: account.Scope(r.Scope), From: r.FromDay, Until: r.UntilDay}
	}
	return out, nil
}

// AddGrant gives a role.
func (s *Store) AddGrant(ctx context.Context, g account.Grant) error {
	row := grantRow{ID: g.ID, Person: g.Person, Role: string(g.Role), Scope: string(g.Scope), FromDay: g.From, UntilDay: g.Until}
	return translate(s.on(ctx).Create(&row).Error)
}

// RemoveGrant takes a role back.
func (s *Store) RemoveGrant(ctx context.Context, id string) error {
	result := s.on(ctx).Where("id = ?", id).Delete(&grantRow{})
	if result.Error == nil && result.RowsAffected == 0 {
		return fault.New(fault.NotFound, "store.missing")
	}
	return translate(result.Error)
}

// CountHolders counts active people with a grant of the role that has begun by
// the day and is limited to nothing.
func (s *Store) CountHolders(ctx context.Context, role account.Role, day string) (int, error) {
	var n int64
	err := s.on(ctx).Model(&personRow{}).
		Where("active = 1 AND EXISTS (SELECT 1 FROM grants g WHERE g.person = people.id AND g.role = ? AND g.scope = '' AND g.until_day = '' AND g.from_day <= ?)", string(role), day).
		Count(&n).Error
	return int(n), translate(err)
}

// Departments lists the departments by number: 2 before 11, 11 before 11/2.
func (s *Store) Departments(ctx context.Context) ([]account.Department, error) {
	var rows []departmentRow
	if err := s.on(ctx).Find(&rows).Error; err != nil {
		return nil, translate(err)
	}
	slices.SortFunc(rows, func(a, b departmentRow) int {
		return cmp.Or(strings.Compare(s.collator.key(a.ID), s.collator.key(b.ID)), strings.Compare(a.ID, b.ID))
	})
	out := make([]account.Department, len(rows))
	for i, r := range rows {
		out[i] = account.Department(r)
	}
	return out, nil
}

// SaveDepartment adds or renames a department.
func (s *Store) SaveDepartment(ctx context.Context, d account.Department) error {
	row := departmentRow(d)
	return translate(s.on(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error)
}
