package fault

// Status returns the HTTP status of a kind (RFC 9110, RFC 6585, RFC 4918).
func (k Kind) Status() int {
	switch k {
	case Invalid:
		return 422
	case Unauthenticated:
		return 401
	case Forbidden, ApprovalRequired:
		return 403
	case NotFound:
		return 404
	case Conflict:
		return 409
	case Stale:
		return 412
	case PreconditionRequired:
		return 428
	case TooLarge:
		return 413
	case RateLimited:
		return 429
	case Unavailable:
		return 503
	case Full:
		return 507
	case Gone:
		return 410
	default:
		return 500
	}
}

// Type returns the stable problem type of a kind, as the API names it
// (RFC 9457). Clients may rely on these words.
func (k Kind) Type() string {
	switch k {
	case Invalid:
		return "invalid"
	case Unauthenticated:
		return "unauthenticated"
	case Forbidden:
		return "forbidden"
	case ApprovalRequired:
		return "approval-required"
	case NotFound:
		return "not-found"
	case Conflict:
		return "conflict"
	case Stale:
		return "stale"
	case PreconditionRequired:
		return "precondition-required"
	case TooLarge:
		return "too-large"
	case RateLimited:
		return "rate-limited"
	case Unavailable:
		return "unavailable"
	case Full:
		return "storage-full"
	case Gone:
		return "gone"
	default:
		return "internal"
	}
}
