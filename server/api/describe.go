package api

import (
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"staffelstab/internal/fault"
	"staffelstab/internal/i18n"
	"staffelstab/server/request"
)

// note is what a summary leaves open: who may, what comes back, and errors
// beyond those that follow from the shape of the operation.
type note struct {
	text   string
	errors []int
}

// conflict is the error of operations that contradict what is there.
var conflict = []int{http.StatusConflict}

// noPart is the error of operations that send parts of a file.
var noPart = []int{http.StatusRequestedRangeNotSatisfiable}

// notes describes every operation under its method and path.
var notes = map[string]note{
	"GET /articles":                                    {"Texts the caller may see, in pages. The total counts nothing else. Pass the cursor of a page, with the same filters, for the next one.", nil},
	"POST /articles":                                   {"For authors and editors of the department. The same Idempotency-Key with the same content returns the article made first.", nil},
	"GET /articles/{id}":                               {"The newest version, or with `at` an older one the caller may see too, or with `valid` the one that applied on a day. The ETag names text and attachments; `status` and `can_edit` depend on the day and the caller.", nil},
	"PUT /articles/{id}":                               {"For authors and editors of the department. If-Match names the version the change is based on; when it is no longer the newest, nothing is saved.", nil},
	"GET /standards":                                   {"As the list of articles, limited to the kinds that bind the administration.", nil},
	"GET /articles/{id}/attachments":                   {"Names, sizes and checksums of the files beside the text.", nil},
	"GET /articles/{id}/attachments/{name}":            {"The bytes of a file, with `at` as they were at an older version the caller may see too. Always as a download; `Range` asks for a part.", noPart},
	"GET /proposals/{id}/files":                        {"Files the proposal brings, and those of the text it removes. For those who see the proposal.", nil},
	"POST /proposals/{id}/files":                       {"For its author while nothing is decided. The form has one field, `file`. A file of the same name is replaced. Approvals given before no longer count.", conflict},
	"GET /proposals/{id}/files/{name}":                 {"For those who see the proposal. Always as a download; `Range` asks for a part.", noPart},
	"DELETE /proposals/{id}/files/{name}":              {"For its author while nothing is decided. A file the proposal brings is taken out; one of the text goes when the proposal is released.", conflict},
	"GET /drafts/files":                                {"Files the caller brought for a text that is not saved yet. Nobody else sees them.", nil},
	"POST /drafts/files":                               {"For those who may write or propose the text. The form has one field, `file`; one whose name is taken gets another. It becomes part of the text when `draft` is named while saving.", nil},
	"GET /drafts/files/{name}":                         {"For the caller's own files. Always as a download; `Range` asks for a part.", noPart},
	"DELETE /drafts/files/{name}":                      {"For the caller's own files.", nil},
	"DELETE /articles/{id}/attachments/{name}":         {"For those who may edit the text. The file stays in the history.", nil},
	"POST /articles/{id}/attachments":                  {"For those who may edit the text. The form has one field, `file`. A file of the same name is replaced; the old one stays in the history.", nil},
	"GET /articles/{id}/revisions":                     {"Versions the caller may see. Pass the sequence of the last one as `before` for the next page.", nil},
	"GET /articles/{id}/revisions/{revision}":          {"The text with its front matter and attachments at one version.", nil},
	"GET /articles/{id}/diff":                          {"Lines and front matter that differ. Both versions have to be visible to the caller.", nil},
	"POST /articles/{id}/restore":                      {"For those who may edit the text. It makes a new version; nothing is lost.", nil},
	"GET /articles/{id}/export":                        {"The released text with its stamp. To those who may not see it, it is not found. Exports of texts with restricted visibility are written into the audit log.", nil},
	"GET /export":                                      {"At most 200 released texts: those named by `ids`, or all that `department`, `topic` and `kind` find; more are refused. Ids that do not exist for the caller are left out and named in the header `Staffelstab-Missing`; when none is left the answer is 404.", nil},
	"GET /proposals":                                   {"Own ones, those the caller decides about, and those of departments the caller writes for. `waiting` lists what waits for the caller.", nil},
	"POST /proposals":                                  {"Whoever may read a text may propose a change of it; new ones are for authors and editors of the department. `base` names the version it starts from.", nil},
	"GET /proposals/{id}":                              {"With lines and front matter that change, and what reviewers said. To others it is not found.", nil},
	"PUT /proposals/{id}":                              {"For its author while nothing is decided. Approvals of the earlier wording no longer count.", conflict},
	"POST /proposals/{id}/submit":                      {"For its author. Until reviewers decide, the present text stays in force.", conflict},
	"POST /proposals/{id}/withdraw":                    {"For its author, while nothing is decided.", conflict},
	"POST /proposals/{id}/approve":                     {"For reviewers of the department, never for its author. `content_hash` names the wording that was looked at; when the text changed meanwhile the author has to take it up again.", conflict},
	"POST /proposals/{id}/return":                      {"For reviewers of the department. A note is needed.", conflict},
	"GET /standards/valid":                             {"Of each standard the newest version that applied from that day or earlier, unless it had ended or been replaced. Both the version and the text of today have to be visible to the caller.", nil},
	"GET /standards/due":                               {"For those who write or review for a department or lead it. Only texts in force; when due, by default 24 months after the last review of a standard and 18 of an article.", nil},
	"GET /articles/{id}/binding":                       {"Derived from the history: the first approval of the value the text has now.", nil},
	"POST /articles/{id}/confirm-review":               {"For the reviewer the text names and for reviewers and editors of its department. The meaning, and so `content_hash`, stays; open proposals can still be approved.", nil},
	"POST /reviewers/{id}/hand-over":                   {"For the reviewer and for those who review, edit or lead the departments of the texts; only those texts are handed over.", nil},
	"GET /articles/{id}/comments":                      {"For everybody who may read the text.", nil},
	"POST /articles/{id}/comments":                     {"For everybody who may read the text. A question goes to its contact person, else to those who edit and review in its department. The same Idempotency-Key makes one comment.", nil},
	"POST /comments/{id}/answer":                       {"For who it is assigned to and those who write or review in the department. A question is answered once.", conflict},
	"POST /comments/{id}/resolve":                      {"For its author, who it is assigned to and those who write or review in the department.", nil},
	"POST /comments/{id}/assign":                       {"For those who may answer it. Whoever gets it has to be able to see the text.", nil},
	"GET /questions":                                   {"Assigned to the caller, or to nobody in a department the caller edits or reviews.", nil},
	"GET /watches":                                     {"Texts the caller may no longer see are left out.", nil},
	"PUT /watches":                                     {"Those who follow are told of released changes they may see. Following twice is following once.", nil},
	"DELETE /watches":                                  {"What was not followed is no error.", nil},
	"GET /redactions":                                  {"Requests for texts the caller may see: own ones, and those of departments the caller reviews or protects data for. Passages are not listed.", nil},
	"POST /articles/{id}/redactions":                   {"For editors of the department and data protection. The passage is looked for in what the caller sees: versions, comments, proposals, files. Nothing changes before somebody else approves; the passage is forgotten when that is done or declined.", nil},
	"GET /redactions/{id}":                             {"With the passage and what stands around it, until it is decided.", nil},
	"POST /redactions/{id}/approve":                    {"For reviewers of the department and data protection, never for who asked. Plain text files are rewritten too; binary ones go as a whole where `files` names them. The history is written anew; saves wait meanwhile. It cannot be undone.", conflict},
	"POST /redactions/{id}/decline":                    {"For those who may approve, and for who asked.", conflict},
	"GET /approval-rules":                              {"Rules somebody made; the closest department counts. Without any, standards need one approval and other texts none.", nil},
	"PUT /approval-rules/{department}/{kind}":          {"For the superior of the department and the reviewers of department 11. `*` is the whole city. Standards need one approval at least. If-Match names the list of rules the change is based on. The rule counts at once, for waiting proposals too.", nil},
	"GET /me/deputies":                                 {"Those that have not ended.", nil},
	"POST /me/deputies":                                {"For reviewers. A deputy decides about what the reviewer may decide about, never about own proposals, and sees no more texts than before.", nil},
	"DELETE /me/deputies/{id}":                         {"For the person who named the deputy.", nil},
	"GET /search/own":                                  {"The caller's drafts, open proposals, favourites and questions that have every word. They come from the database and are in no index.", nil},
	"GET /search/gaps":                                 {"For authors, editors and reviewers, of a department they look after; without `department` only for those who look after all. Asked at least three times within 90 days, and nobody opened a text afterwards. Counted without persons.", nil},
	"GET /search":                                      {"Finds articles the caller may see and names the best section of each. Counts and facets cover nothing else. `explain` is for authors, editors and reviewers; everybody else is refused.", []int{http.StatusForbidden}},
	"GET /suggest":                                     {"Titles, numbers and topics of texts the caller may see, for a search field.", nil},
	"GET /modules":                                     {"Modules the caller may see, by title, with what the caller has done in each.", nil},
	"GET /modules/{id}":                                {"One module with its lessons and the caller's own progress.", nil},
	"GET /modules/{id}/lessons/{n}":                    {"Prose and questions in their order. Which answer is right is told only after one was given.", nil},
	"POST /modules/{id}/questions/{question}/attempts": {"Grades and keeps an answer of the caller. The same Idempotency-Key counts once; with another answer it is refused.", nil},
	"GET /me":                                {"The person a session or token stands for, its access and the roles that hold today.", nil},
	"GET /me/progress":                       {"What the caller has done in every module the caller may see. Nobody else is shown.", nil},
	"GET /articles/{id}/acknowledgements":    {"By department and never about fewer than five people, for editors and reviewers of the text's department, data protection, staff council and audit; for superiors their own people, with `names` by name, which is logged.", nil},
	"POST /articles/{id}/acknowledgements":   {"For those the text asks. `content_hash` names the wording that was read; when the text changed meanwhile nothing is kept. Sent twice it counts once.", conflict},
	"GET /me/acknowledgements":               {"Open ones by their last day, and everything the caller ever took note of. Nobody else is shown.", nil},
	"GET /favourites":                        {"The caller's own list, without texts that are gone or hidden from the caller.", nil},
	"PUT /favourites/{id}":                   {"For the caller's own list. Marked twice it stands there once.", conflict},
	"DELETE /favourites/{id}":                {"For the caller's own list. What is not there is no error.", nil},
	"GET /me/notices":                        {"Newest first. What the caller may no longer see is left out and not counted.", nil},
	"POST /me/notices/read":                  {"For the caller's own notices. Sent twice it changes nothing more.", nil},
	"GET /me/tokens":                         {"Labels, scopes and dates; the secrets are kept nowhere. Needs full access: a session or a token of scope admin.", nil},
	"POST /me/tokens":                        {"Returns the secret once. Needs full access, so that no token makes one that may more.", nil},
	"DELETE /me/tokens/{id}":                 {"The next request with the token is refused. Needs full access.", nil},
	"GET /departments":                       {"Numbers and names of all departments, for everybody who is signed in.", nil},
	"GET /zak/occupations":                   {"Occupations the city trains, for everybody who is signed in.", nil},
	"PUT /zak/occupations/{id}":              {"For the training head. The short name in the address is the one certificates and cohorts use.", nil},
	"GET /zak/cohorts":                       {"For trainers and the training head: the cohorts they care for.", nil},
	"POST /zak/cohorts":                      {"For the training head.", nil},
	"GET /zak/cohorts/{id}":                  {"For those who care for the cohort; to others it is not found. Names are in alphabetical order.", nil},
	"GET /zak/cohorts/{id}/progress":         {"Who has done which module, without points and without ranking. For those who care for the cohort.", nil},
	"POST /zak/apprentices":                  {"For those who care for the cohort.", conflict},
	"GET /zak/apprentices/{id}":              {"For the apprentice and those who care for the cohort; to others the apprentice is not found.", nil},
	"GET /admin/plans":                       {"For administrators: runs that only planned, newest first.", nil},
	"DELETE /admin/plans/{run}":              {"For administrators. Documents no import ever brought and the questions about them go; answers stay.", nil},
	"GET /admin/users":                       {"Accounts by name, for administrators. `q` looks in login and name.", nil},
	"POST /admin/users":                      {"For administrators. The account has no role and no password yet.", conflict},
	"GET /admin/users/{id}":                  {"For administrators.", nil},
	"DELETE /admin/users/{id}":               {"For administrators, never for their own account and never for the last administrator.", conflict},
	"PUT /admin/users/{id}/active":           {"For administrators. Sessions and tokens of a locked account are refused at once.", conflict},
	"PUT /admin/users/{id}/password":         {"For administrators.", nil},
	"GET /admin/users/{id}/roles":            {"For administrators.", nil},
	"DELETE /admin/users/{id}/roles/{grant}": {"For administrators. The last administrator keeps the role.", conflict},
	"PUT /admin/departments/{department}":    {"For administrators. The number is the one people say, such as 66, or 11/2 for a unit, with the slash written as %2F.", nil},
	"POST /admin/roles":                      {"For administrators. From and until are days, both inclusive; without them the role holds for good.", nil},
	"GET /articles/{id}/backlinks":           {"Called „Hier erwähnt“ on the page. Texts the caller may not see are neither listed nor counted.", nil},
	"GET /articles/{id}/experts":             {"From the lines standing today, for the text and each section, in four steps. It answers whom to ask about this text and is never summed up over texts.", nil},
	"POST /articles/{id}/move":               {"For those who may edit the text; the file of a standard may be moved by editors, its title is changed by a proposal. Id and history stay, and old links go on leading there.", nil},
	"POST /articles/{id}/archive":            {"For editors of the department; standards only once they expired or were superseded. Every version stays; the address answers 410 from then on.", conflict},
	"POST /articles/{id}/unarchive":          {"For those who may archive it. It has its id again. Sent twice it changes nothing more.", conflict},
	"GET /archive":                           {"For authors, editors and reviewers: texts the caller could see last, latest first.", nil},
	"GET /imports":                           {"For authors, editors and reviewers. Newest first.", []int{http.StatusForbidden}},
	"GET /imports/{run}/documents":           {"For authors, editors and reviewers: documents of the departments they look after, in the order of the run. Only what the newest run to see a document found of it is kept: documents a later run saw again are listed with that run and no more with this one, so that an old run may list few or none. A run there is not is not found.", []int{http.StatusForbidden, http.StatusNotFound}},
	"GET /imports/questions":                 {"For authors, editors and reviewers: questions of the departments they look after, open ones unless `decided` is set.", []int{http.StatusForbidden}},
	"GET /imports/decisions":                 {"For authors, editors and reviewers: answers about the departments they look after, newest first, those included whose question is asked no more.", []int{http.StatusForbidden}},
	"GET /imports/standings":                 {"For authors, editors and reviewers: the departments they look after. `all` less `open` is what is answered; what needs no answer because its text goes is told apart.", []int{http.StatusForbidden}},
	"GET /imports/question":                  {"For authors, editors and reviewers of a department it is asked in. `previous` and `next` are open questions the caller may decide, or any of them where this one is for others.", []int{http.StatusForbidden, http.StatusNotFound}},
	"POST /imports/merge-identical":          {"For editors and reviewers of the department. Pairs that are also of a department the caller does not decide for stay open.", []int{http.StatusForbidden}},
	"POST /imports/trial":                    {"For authors, editors and reviewers. Nothing is stored. One export is planned at a time; who comes meanwhile is asked to try again.", []int{http.StatusForbidden, http.StatusRequestEntityTooLarge, http.StatusServiceUnavailable}},
	"POST /imports/decision":                 {"For editors and reviewers of the department; whether a standard binds is for its reviewers. `fingerprint` names what was looked at; when the source changed meanwhile nothing is decided. The same decision again changes nothing.", []int{http.StatusForbidden, http.StatusNotFound, http.StatusPreconditionFailed}},
	"DELETE /imports/decision":               {"For those who may decide. What the decision did to a text is taken back too; a text that is published is not: that is a conflict.", []int{http.StatusForbidden, http.StatusNotFound, http.StatusConflict}},
	"GET /links/broken":                      {"For authors, editors and reviewers: links in texts the caller may see that lead the caller nowhere.", nil},
	"GET /links/orphans":                     {"For authors, editors and reviewers: articles and standards no text the caller may see links to.", nil},
	"GET /links/duplicates":                  {"For authors, editors and reviewers: pairs of texts with much the same wording, the most alike first.", nil},
	"GET /admin/audit":                       {"Who changed which account when, for administrators and the audit.", nil},
}

// describe adds what huma cannot know to a registered operation: the errors
// its shape brings about, each with an example.
func (a *API) describe(op *huma.Operation, extra []int) {
	statuses := append([]int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusUnprocessableEntity,
		http.StatusInternalServerError}, extra...)
	if op.RequestBody != nil {
		statuses = append(statuses, http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	for _, p := range op.Parameters {
		switch p.Name {
		case "If-Match":
			statuses = append(statuses, http.StatusPreconditionFailed, http.StatusPreconditionRequired)
		case "If-None-Match":
			op.Responses["304"] = &huma.Response{Description: http.StatusText(http.StatusNotModified)}
		}
	}
	schema := a.huma.OpenAPI().Components.Schemas.Schema(typeOf[Problem](), true, "Problem")
	for _, status := range statuses {
		op.Responses[strconv.Itoa(status)] = &huma.Response{
			Description: http.StatusText(status),
			Content:     map[string]*huma.MediaType{"application/problem+json": {Schema: schema, Example: a.example(status)}},
		}
	}
}

// example is a problem as it may come with a status.
func (a *API) example(status int) *Problem {
	info := request.Info{ID: "k3v7q2m5xa", Locale: i18n.German}
	p := a.t.make(info, fault.Invalid, "api.invalid-detail", nil)
	switch status {
	case http.StatusBadRequest:
		p = a.t.make(info, fault.Invalid, "api.body-unreadable", nil)
	case http.StatusUnauthorized:
		p = a.t.make(info, fault.Unauthenticated, "api.sign-in-first", nil)
	case http.StatusForbidden:
		p = a.t.make(info, fault.Forbidden, "content.read-only-access", nil)
	case http.StatusNotFound:
		p = a.t.make(info, fault.NotFound, "store.missing", nil)
	case http.StatusConflict:
		p = a.t.make(info, fault.Conflict, "store.exists", nil)
	case http.StatusPreconditionFailed:
		p = a.t.make(info, fault.Stale, "content.stale", nil)
	case http.StatusRequestedRangeNotSatisfiable:
		p = a.t.make(info, fault.Invalid, "api.no-such-part", nil)
	case http.StatusRequestEntityTooLarge:
		p = a.t.make(info, fault.TooLarge, "api.body-too-large", nil)
	case http.StatusUnsupportedMediaType:
		p = a.t.make(info, fault.Invalid, "api.wrong-media-type", nil)
	case http.StatusPreconditionRequired:
		p = a.t.make(info, fault.PreconditionRequired, "content.base-missing", nil)
	case http.StatusInternalServerError:
		p = a.t.make(info, fault.Internal, "api.internal-detail", nil)
	default:
		p.Errors = []ProblemField{{Location: "query.limit", Message: a.Catalogue.Text(i18n.German, "api.field-number", nil)}}
	}
	p.Status = status
	return p
}
