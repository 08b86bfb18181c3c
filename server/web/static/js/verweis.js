// Links while writing: after "[[" the editor offers titles. The text field
// stays a text field; the list is an offer that the arrow keys walk through and
// Enter takes. Typing on, Escape or leaving the field closes it.

const text = document.querySelector("[data-editor] #text");
const list = document.createElement("ul");
const status = document.createElement("span");
list.className = "suggest suggest--text";
list.id = "verweis-vorschlaege";
list.setAttribute("role", "listbox");
list.setAttribute("aria-label", text.dataset.linkLabel);
list.hidden = true;
status.className = "kern-sr-only";
status.setAttribute("role", "status");
text.after(list, status);
text.setAttribute("aria-autocomplete", "list");
text.setAttribute("aria-controls", list.id);
text.setAttribute("aria-haspopup", "listbox");

let chosen = -1;
let hits = [];
let timer = 0;
let asked = "";

// begun returns what was typed since "[[" on this line, or null.
function begun() {
  if (text.selectionStart !== text.selectionEnd) return null;
  const line = text.value.slice(text.value.lastIndexOf("\n", text.selectionStart - 1) + 1, text.selectionStart);
  const at = line.lastIndexOf("[[");
  const typed = line.slice(at + 2);
  return at < 0 || /[\[\]|]/.test(typed) ? null : typed;
}

function close() {
  list.hidden = true;
  hits = [];
  chosen = -1;
  status.textContent = "";
  text.removeAttribute("aria-activedescendant");
}

function choose(n) {
  chosen = (n + hits.length) % hits.length;
  [...list.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === chosen)));
  text.setAttribute("aria-activedescendant", list.children[chosen].id);
  list.children[chosen].scrollIntoView({ block: "nearest" });
}

// written is the link to a text: by title, or where a title is not enough by
// id with the title as its words.
function written(hit) {
  const twice = hits.filter((other) => other.title.toLowerCase() === hit.title.toLowerCase()).length > 1;
  return twice || /[\[\]|#]/.test(hit.title) ? `${hit.id}|${hit.title.replace(/[\[\]|]/g, " ")}` : hit.title;
}

function take(n) {
  const typed = begun();
  const hit = hits[n];
  if (typed === null || !hit) return close();
  const to = text.selectionStart;
  const from = to - typed.length;
  const closed = text.value.startsWith("]]", to);
  const insert = written(hit) + (closed ? "" : "]]");
  close();
  text.focus();
  text.setSelectionRange(from, to);
  if (!document.execCommand("insertText", false, insert)) text.setRangeText(insert, from, to, "end");
  const after = from + insert.length + (closed ? 2 : 0);
  text.setSelectionRange(after, after);
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

function show(found) {
  hits = found;
  list.replaceChildren(...found.map((hit, i) => {
    const option = document.createElement("li");
    option.id = list.id + "-" + i;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.textContent = hit.title;
    option.addEventListener("mousedown", (event) => {
      event.preventDefault();
      take(i);
    });
    return option;
  }));
  chosen = -1;
  list.hidden = found.length === 0;
  text.removeAttribute("aria-activedescendant");
  status.textContent = text.dataset.linkCount.replace("{n}", String(found.length));
  if (found.length > 0) choose(0);
}

async function ask() {
  const typed = begun();
  if (typed === null || typed.trim().length < 2) return close();
  asked = typed;
  try {
    const answer = await fetch("/api/v1/suggest?q=" + encodeURIComponent(typed.trim()), { headers: { Accept: "application/json" } });
    if (answer.ok && asked === begun() && document.activeElement === text) show((await answer.json()).filter((hit) => !hit.topic));
  } catch {
    close(); // an extra; a link can be typed
  }
}

text.addEventListener("input", () => {
  clearTimeout(timer);
  if (begun() === null) return close();
  timer = setTimeout(ask, 150);
});
text.addEventListener("blur", close);
text.addEventListener("keydown", (event) => {
  if (list.hidden || event.isComposing) return;
  switch (event.key) {
    case "ArrowDown": choose(chosen + 1); break;
    case "ArrowUp": choose(chosen - 1); break;
    case "Enter": take(chosen); break;
    case "Escape": close(); break;
    case "ArrowLeft": case "ArrowRight": case "Home": case "End": close(); return;
    default: return;
  }
  event.preventDefault();
  event.stopImmediatePropagation(); // the key meant the list, not the text
}, true);
