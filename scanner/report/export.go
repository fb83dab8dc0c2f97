package report

// Visible is visible for what is printed beside a report.
func Visible(s string) string { return visible(s) }
