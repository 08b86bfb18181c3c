package content

import (
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// CanSee is the one rule of visibility: the tokens of the text and those of
// the actor share one. The operator's own jobs see everything.
func CanSee(actor account.Actor, audience []string) bool {
	return actor.System || account.Intersects(audience, actor.Audience())
}

// CanCreate reports whether the actor may start articles anywhere.
func CanCreate(actor account.Actor) bool {
	return actor.SignedIn() && actor.CanWrite() && actor.Has(account.Author, account.Editor)
}

// EditableDepartments filters the departments the actor may write for.
func EditableDepartments(actor account.Actor, all []account.Department) []account.Department {
	var out []account.Department
	for _, d := range all {
		if mayWrite(actor, d.ID) {
			out = append(out, d)
		}
	}
	return out
}

// CanWriteFor reports whether the actor writes for the department, whether what
// is written has to be approved or not.
func CanWriteFor(actor account.Actor, department string) bool {
	return actor.CanWrite() && mayWrite(actor, department)
}

func mayWrite(actor account.Actor, department string) bool {
	return actor.System || actor.SignedIn() && actor.HasIn(department, account.Author, account.Editor)
}

// authorizeRead refuses strangers and those without any content.
func authorizeRead(actor account.Actor) error {
	switch {
	case actor.System:
		return nil
	case !actor.SignedIn():
		return fault.New(fault.Unauthenticated, "content.sign-in-first")
	case len(actor.Audience()) == 0:
		return fault.New(fault.Forbidden, "content.no-content-role")
	}
	return nil
}
