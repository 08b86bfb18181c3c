package findings

import (
	"strings"
	"testing"

	"staffelstab/importer"
	"staffelstab/importer/duplicates"
)

// alike is a pair of documents of two departments.
func alike(first, second string, class duplicates.Class, departments ...string) importer.Pair {
	return importer.Pair{
		First: importer.Key{ReplicaID: "R", UNID: first}, Second: importer.Key{ReplicaID: "R", UNID: second}, FirstTitle: first, SecondTitle: second,
		FirstDepartment: departments[0], SecondDepartment: departments[1], Class: class,
	}
}

// TestAPairIsAskedWhereItsTextsBelong: a text nobody is responsible for leaves the
// question to the other one.
func TestAPairIsAskedWhereItsTextsBelong(t *testing.T) {
	for where, departments := range map[string][]string{"66 11": {"66", "11"}, "66": {"66", "66"}, "11": {"", "11"}, "67": {"67", ""}, "": {"", ""}} {
		got := questionsOf(&importer.Report{Pairs: []importer.Pair{alike("A", "B", duplicates.Contradicting, departments...)}})
		if len(got) != 1 || strings.Join(got[0].Departments(), " ") != where {
			t.Errorf("%q is asked as %+v", where, got)
		}
	}
}
