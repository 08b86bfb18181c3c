package findings

import (
	"fmt"
	"strings"
	"testing"

	"staffelstab/content/legacy"
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

// TestOnlyTheClosestOfManyAlikeAreAskedAbout: a hundred minutes of the same
// meeting are alike, each with each.
func TestOnlyTheClosestOfManyAlikeAreAskedAbout(t *testing.T) {
	report := &importer.Report{}
	for i := range 100 {
		for j := range i {
			p := alike(fmt.Sprintf("%03d", j), fmt.Sprintf("%03d", i), duplicates.Similar, "66", "66")
			p.Share = 0.8 + float64(i+j)/10000
			report.Pairs = append(report.Pairs, p)
		}
	}
	decided, merged, weighty := &report.Pairs[0], &report.Pairs[len(report.Pairs)-1], alike("000", "099", duplicates.Contradicting, "66", "66")
	decided.Decision = importer.ChooseBoth // the least alike of all
	merged.Merged, merged.Class = true, duplicates.Identical
	report.Pairs = append(report.Pairs, weighty)
	asked, per := questionsOf(report), map[legacy.Key]int{}
	subjects := map[string]legacy.Kind{}
	for _, q := range asked {
		subjects[q.Subject] = q.Kind
		if q.Kind == legacy.Alike {
			per[q.First]++
			per[q.Second]++
		}
	}
	for k, n := range per {
		if n > closestAlike || k.UNID == "099" {
			t.Errorf("%s is in %d pairs", k, n)
		}
	}
	if len(asked) > 100*closestAlike/2+1 || subjects["R/097 R/098"] != legacy.Alike || subjects[decided.Subject()] != legacy.Alike || subjects[weighty.Subject()] != legacy.Contradicting {
		t.Errorf("%d are asked: %v", len(asked), subjects)
	}
	if per[legacy.Key{Replica: "R", UNID: "098"}] != closestAlike {
		t.Errorf("the most alike text is in %d", per[legacy.Key{Replica: "R", UNID: "098"}])
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
