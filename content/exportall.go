package content

import (
	"context"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// ExportableAll is Exportable for every text a filter finds, as far as the
// actor may see them. More than MaxExport are refused, so that nobody takes a
// part for the whole.
func (l *Library) ExportableAll(ctx context.Context, actor account.Actor, filter ArticleFilter, format string) (Selection, error) {
	filter.Limit, filter.Cursor = MaxExport, ""
	page, err := l.List(ctx, actor, filter)
	if err != nil {
		return Selection{}, err
	}
	if page.Total == 0 {
		return Selection{}, fault.New(fault.NotFound, "gaps.export-none")
	}
	if page.Total > MaxExport {
		return Selection{}, fault.New(fault.Invalid, "gaps.export-too-many", "n", page.Total, "limit", MaxExport)
	}
	s := Selection{Articles: page.Articles}
	if format == "" {
		return s, nil
	}
	return s, l.noteExport(ctx, actor, s.Articles, format)
}
