package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"staffelstab/internal/i18n"
	"staffelstab/internal/ident"
	"staffelstab/internal/testkit"
)

// A demo is the demo as `serve --demo` would run it, on a free port.
type demo struct {
	app *App
	url string
}

func startDemo(t testing.TB) demo {
	t.Helper()
	catalogue, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	app, err := OpenApp(t.Context(), appConfig{
		Data: t.TempDir(), Log: slog.New(slog.DiscardHandler), Catalogue: catalogue, Demo: true, Create: true, IDs: ident.NewRandom(),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := app.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := app.SeedDemo(t.Context()); err != nil {
		t.Fatal(err)
	}
	handler, err := app.Server()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler.HTTPServer().Handler)
	t.Cleanup(server.Close)
	return demo{app, server.URL}
}

// A browser is one real browser; every person gets a fresh profile in it.
type browser struct {
	ctx  context.Context
	base string
	axe  string
}

func startBrowser(t *testing.T, base string) browser {
	t.Helper()
	path := testkit.RequireBrowser(t)
	axe, err := os.ReadFile(filepath.Join(testkit.ModuleRoot(t), "server/web/testdata/vendor/axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := chromedp.NewExecAllocator(t.Context(),
		chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.NoFirstRun, chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("hide-scrollbars", true),
		chromedp.WSURLReadTimeout(60*time.Second),
	)
	t.Cleanup(stop)
	ctx, closeBrowser := chromedp.NewContext(ctx)
	t.Cleanup(closeBrowser)
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	return browser{ctx: ctx, base: base, axe: string(axe)}
}

// A visitor is a person with a browser window of their own.
type visitor struct {
	t       *testing.T
	ctx     context.Context
	browser browser

	mu      sync.Mutex
	foreign []string // requests to other hosts
}

// as signs somebody of the demo in with one click.
func (b browser) as(t *testing.T, login string) *visitor {
	t.Helper()
	v := b.stranger(t)
	v.open("/anmelden")
	v.click(`button[name="anmeldename"][value="` + login + `"]`)
	if v.evaluate(`document.querySelector(".frame__me") !== null`) != "true" {
		t.Fatalf("%s is not signed in", login)
	}
	return v
}

func (b browser) stranger(t *testing.T) *visitor {
	t.Helper()
	ctx, stop := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(stop)
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(cancel)
	v := &visitor{t: t, ctx: ctx, browser: b}
	v.do(chromedp.EmulateViewport(1280, 900))
	host := strings.TrimPrefix(b.base, "http://")
	err := chromedp.Listen(ctx, func(event any) {
		if sent, ok := event.(*network.EventRequestWillBeSent); ok {
			if u, err := url.Parse(sent.Request.URL); err == nil && u.Host != host && u.Scheme != "data" && u.Scheme != "chrome" && u.Scheme != "about" {
				v.mu.Lock()
				v.foreign = append(v.foreign, sent.Request.URL)
				v.mu.Unlock()
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		v.mu.Lock()
		defer v.mu.Unlock()
		if len(v.foreign) > 0 {
			t.Errorf("requests to other hosts: %v", v.foreign)
		}
	})
	return v
}

func (v *visitor) do(steps ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	if err := chromedp.Do(v.ctx, steps...); err != nil {
		at, _ := chromedp.Run(v.ctx, chromedp.Location())
		v.t.Fatalf("at %s: %v", at, err)
	}
}

// open goes to a page of the server.
func (v *visitor) open(path string) {
	v.t.Helper()
	v.do(chromedp.Navigate(v.browser.base + path))
}

// click clicks an element and waits for the page it leads to, if any.
func (v *visitor) click(selector string) {
	v.t.Helper()
	v.do(chromedp.Click(chromedp.CSS(selector)))
	v.settle()
}

// settle waits until the page that is coming has loaded.
func (v *visitor) settle() {
	v.t.Helper()
	v.do(chromedp.Sleep(150*time.Millisecond), chromedp.WaitReady(chromedp.CSS("body")))
	v.waitFor(`document.readyState === "complete"`)
}

// write types into a field after what is there.
func (v *visitor) write(selector, text string) {
	v.t.Helper()
	v.do(chromedp.SendKeys(chromedp.CSS(selector), text))
}

// evaluate runs JavaScript and returns its value as text.
func (v *visitor) evaluate(expression string) string {
	v.t.Helper()
	out, err := chromedp.Run(v.ctx, chromedp.Evaluate[json.RawMessage]("(()=>{const value=("+expression+");return value===undefined?null:value})()"))
	if err != nil {
		v.t.Fatalf("%s: %v", expression, err)
	}
	var text string
	if json.Unmarshal(out, &text) == nil {
		return text
	}
	return string(out)
}

// waitFor waits until an expression is true.
func (v *visitor) waitFor(expression string) {
	v.t.Helper()
	for range 200 {
		if v.evaluate("Boolean("+expression+")") == "true" {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	v.t.Fatalf("never true: %s\n%s", expression, v.evaluate("document.body.innerText"))
}

// sees waits until the page says the words.
func (v *visitor) sees(words string) {
	v.t.Helper()
	quoted, err := json.Marshal(words)
	if err != nil {
		v.t.Fatal(err)
	}
	v.waitFor("document.body.innerText.includes(" + string(quoted) + ")")
}

// accessible checks the page with axe and for a phone's width.
func (v *visitor) accessible(name string) {
	v.t.Helper()
	if v.evaluate(`document.body.innerText.includes("Da ist etwas schiefgegangen")`) == "true" {
		v.t.Errorf("%s: the page failed", name)
	}
	v.loadAxe()
	v.axe(name)
	v.picture(name + "-breit")
	v.do(chromedp.EmulateViewport(320, 640))
	if v.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth") == "true" {
		v.t.Errorf("%s: scrolls sideways on a screen of 320 pixels: %s", name, v.evaluate(
			`[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > 321 && !e.closest(".kern-table-responsive, .matrix, .diff, .tabelle, .frame__menu")).map(e => e.outerHTML.slice(0,120)).slice(0,3).join(" | ")`))
	}
	v.axe(name + " on a phone")
	v.do(chromedp.EmulateViewport(390, 844))
	v.picture(name + "-schmal")
	v.do(chromedp.EmulateViewport(1280, 900))
}

// loadAxe brings axe into the page.
func (v *visitor) loadAxe() {
	v.t.Helper()
	if v.evaluate(`typeof axe`) != "object" {
		if _, err := chromedp.Run(v.ctx, chromedp.Evaluate[int](v.browser.axe+";0")); err != nil {
			v.t.Fatal(err)
		}
	}
}

// axe looks for what keeps people out, at the width the window has.
func (v *visitor) axe(name string) {
	v.t.Helper()
	out, err := chromedp.Run(v.ctx, chromedp.Evaluate[string](
		`axe.run(document, {resultTypes:["violations"]}).then(r => JSON.stringify(r.violations.map(v => v.id+": "+v.help+" → "+v.nodes.map(n => n.html+" "+(n.any[0]?.message??"")).slice(0,3).join(" | "))))`,
		chromedp.EvalAwaitPromise))
	if err != nil {
		v.t.Fatalf("axe: %v", err)
	}
	var violations []string
	if err := json.Unmarshal([]byte(out), &violations); err != nil {
		v.t.Fatal(err)
	}
	for _, violation := range violations {
		v.t.Errorf("%s: %s", name, violation)
	}
}

// dark shows pages as on a device that is set to dark.
func (v *visitor) dark() {
	v.t.Helper()
	_, err := chromedp.Call(v.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}},
	})
	if err != nil {
		v.t.Fatal(err)
	}
}

// picture keeps a screenshot where STAFFELSTAB_SCREENSHOTS names a folder.
func (v *visitor) picture(name string) {
	folder := os.Getenv("STAFFELSTAB_SCREENSHOTS")
	if folder == "" {
		return
	}
	v.t.Helper()
	png, err := chromedp.Run(v.ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, name+".png"), png, 0o600)
	}
	if err != nil {
		v.t.Error(err)
	}
}

// arrowDown is the key as chromedp names it.
const arrowDown = kb.ArrowDown

// press types a key into whatever has the focus.
func (v *visitor) press(key string) {
	v.t.Helper()
	v.do(chromedp.KeyEvent(key))
	time.Sleep(80 * time.Millisecond)
}
