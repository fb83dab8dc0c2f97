package rules

import "testing"

// TestSections checks that a credential is found that is called by what it is in
// a section that is named for the issuer, a § stands for it.
func TestSections(t *testing.T) {
	set := NewSet(All()...)
	for _, form := range []string{
		"[qoder]\nregion = cn\npersonal_token = §\n", "qoder:\n  region: cn\n  api_key: §\n", `{"qoder": {"apiKey": "§"}}`,
		"[providers.qoder]\ntoken = \"§\"\n", "qoder: {\n  pat: '§',\n}", "gh secret set QODER_PAT --body §\n",
	} {
		for range 20 {
			text, planted := fillIn(form)
			found := set.Find([]byte(text))
			if len(found) != 1 || found[0].Secret.Reveal() != planted[0] || !set.Present([]byte(text)) {
				t.Errorf("found %d in %q", len(found), text)
			}
		}
	}
	for _, form := range []string{
		"qoder: it has a token § somewhere\n", "[qoder]\ncommit = §\n", "[qoder]\nregion = cn\n\n[other]\ntoken = §\n", "qoder:\n  token: ${§}\n",
		"qoder:\n\ntoken: §\n", `{"qoder": {"id": 1}, "token": "§"}`, `"qoder", "token": "§"`, "qoder: 1\ntoken: §\n",
	} {
		for range 20 {
			text, _ := fillIn(form)
			if found := set.Find([]byte(text)); len(found) > 0 {
				t.Errorf("found %q in %q", found[0].Secret.Reveal(), text)
			}
		}
	}
}
