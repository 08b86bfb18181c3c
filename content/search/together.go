package search

import "slices"

// scratch is what a search notes of every section. There are many, so searches
// of a view hand it on to each other.
type scratch struct {
	sectionWorth []float32
	sectionWords []uint32 // a bit for each word that stands in the section
	// together needs, of all sections, how often the stems so far stand there and
	// how often the one being looked at does.
	common, here []float32
}

func (v *view) takeScratch() *scratch {
	if s, ok := v.scratch.Get().(*scratch); ok {
		return s
	}
	n := len(v.ordOf)
	return &scratch{make([]float32, n), make([]uint32, n), make([]float32, n), make([]float32, n)}
}

// release hands the scratch on. The matcher must not be used any more.
func (m *matcher) release() {
	if m == nil || m.scratch == nil {
		return
	}
	clear(m.sectionWorth)
	clear(m.sectionWords)
	clear(m.common) // of a search that ended early
	clear(m.here)
	m.view.scratch.Put(m.scratch)
	m.scratch = nil
}

// together finds documents in which all stems stand, alone or inside compounds.
func (m *matcher) together(i int, stems []string, weight float64) error {
	for f, field := range wordFields() {
		var numbers []uint64 // of sections that have the stems so far
		var err error
		for n, s := range stems {
			if numbers, err = m.alsoHave(numbers, s, field, n == 0); err != nil || len(numbers) == 0 {
				break
			}
		}
		rare := m.rare(weight, f, len(numbers))
		for _, number := range numbers {
			if err == nil {
				m.add(i, f, number, m.common[number], rare)
			}
			m.common[number] = 0
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// alsoHave are those of the sections, with first of all, that have a stem alone or
// inside a compound. It keeps in common how often the stems stand there.
func (m *matcher) alsoHave(sections []uint64, stem, field string, first bool) ([]uint64, error) {
	var found []uint64
	var failed error
	for _, prefix := range []string{stemTerm, partTerm} {
		list, err := m.raw.PostingsIterator([]byte(prefix+stem), field+derived, true, false, false)
		if err != nil {
			failed = err
			break
		}
		m.work += list.Count()
		for {
			p, err := list.Next()
			if err != nil {
				failed = err
			}
			if p == nil || err != nil {
				break
			}
			number := p.Number()
			if first && m.mayUse(number) || !first && number < uint64(len(m.common)) && m.common[number] > 0 {
				if m.here[number] == 0 {
					found = append(found, number)
				}
				m.here[number] += float32(p.Frequency())
			}
		}
		_ = list.Close()
	}
	slices.Sort(found)
	if !first {
		for _, number := range found {
			m.here[number] = min(m.here[number], m.common[number])
		}
	}
	for _, number := range sections {
		m.common[number] = 0
	}
	m.common, m.here = m.here, m.common
	return found, failed
}
