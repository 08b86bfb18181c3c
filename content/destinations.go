package content

// DestinationReader finds where a Markdown text says where it leads.
type DestinationReader interface {
	// Destinations lists the destinations of links and pictures, those of raw
	// HTML included, in the order of their bytes. Of a definition that several links
	// use there is one for each of them, of one nobody uses none. Bare addresses,
	// [[wiki links]] and what stands in code are not among them.
	Destinations(markdown []byte) []Destination
}

// Destination is where one link or picture of a Markdown text leads.
type Destination struct {
	Start, End int    // its bytes in the text, angle brackets included
	Target     string // what it means, without escapes and entities
	Words      string // of the link, without pictures in it; what a picture is described as
	Picture    bool
	HTML       bool // the value of an attribute, without its quotation marks
	// Mark is where the "![" of a picture stands; -1 where there is none, or the
	// picture is what a link shows.
	Mark int
}
