package jobs

import (
	"time"

	"staffelstab/content"
)

// Acknowledgements asks people to take note of texts soon after a change and on
// the day a text becomes valid, and writes down what people read last.
func Acknowledgements(l *content.Library) []Job {
	return []Job{
		{Name: "remind-acknowledgements", Every: time.Minute, Run: l.RemindAcknowledgements},
		{Name: "keep-recent-readings", Every: time.Minute, Run: l.KeepRecentReadings},
	}
}

// Searches counts what people searched for and forgets old counts.
func Searches(l *content.Library) []Job {
	return []Job{
		{Name: "keep-searches", Every: time.Minute, Run: l.KeepSearches},
		{Name: "forget-searches", Every: 24 * time.Hour, Run: l.ForgetSearches},
	}
}
