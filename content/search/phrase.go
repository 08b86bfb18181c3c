package search

// phrase marks the documents in which words stand one behind the other.
func (m *matcher) phrase(words []token, visit func(number uint64)) error {
	for _, field := range wordFields() {
		var ends map[uint64][]int // where the phrase may go on
		for n, w := range words {
			list, err := m.raw.PostingsIterator([]byte(w.exact), field, true, true, true)
			if err != nil {
				return err
			}
			next := map[uint64][]int{}
			for {
				p, err := list.Next()
				if err != nil {
					return err
				}
				if p == nil {
					break
				}
				before, ok := ends[p.Number()]
				if n > 0 && !ok || !m.mayUse(p.Number()) {
					continue
				}
				if err := m.ctx.Err(); err != nil {
					_ = list.Close()
					return err
				}
				locations := p.Locations()
				places := make([]int, min(len(locations), maxPlaces))
				for i := range places {
					places[i] = locations[i].Pos()
				}
				if n > 0 {
					places = following(before, places)
				}
				if len(places) > 0 {
					next[p.Number()] = places
				}
			}
			_ = list.Close()
			if ends = next; len(ends) == 0 {
				break
			}
		}
		for number := range ends {
			visit(number)
		}
	}
	return nil
}

// maxPlaces is how many places of a word in one section a phrase is looked for.
const maxPlaces = 20_000

// following are the places right behind one of those before. Both lists are in
// order.
func following(before, places []int) []int {
	out := places[:0]
	at := 0
	for _, p := range places {
		for at < len(before) && before[at] < p-1 {
			at++
		}
		if at < len(before) && before[at] == p-1 {
			out = append(out, p)
		}
	}
	return out
}
