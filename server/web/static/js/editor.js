// The editor's extras over a plain form: a toolbar, a preview beside the text
// and drafts that save themselves.

const form = document.querySelector("[data-editor]");
const text = form.querySelector("#text");
const state = form.querySelector("[data-state]");
const toolbar = form.querySelector("[data-toolbar]");

// ---- Toolbar ----

// replace puts text in place of a range so that undo still works.
function replace(from, to, insert, selectFrom, selectTo) {
  text.focus();
  text.setSelectionRange(from, to);
  if (!document.execCommand("insertText", false, insert)) text.setRangeText(insert, from, to, "end");
  text.setSelectionRange(selectFrom, selectTo);
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

// lines returns the range of the whole lines the selection touches.
function lines() {
  const from = text.value.lastIndexOf("\n", text.selectionStart - 1) + 1;
  let to = text.value.indexOf("\n", Math.max(text.selectionEnd - (text.selectionEnd > text.selectionStart ? 1 : 0), from));
  if (to < 0) to = text.value.length;
  return [from, to];
}

function prefix(make) {
  const [from, to] = lines();
  const changed = text.value.slice(from, to).split("\n").map(make).join("\n");
  replace(from, to, changed, from + changed.length, from + changed.length);
}

function around(mark) {
  const { selectionStart: from, selectionEnd: to } = text;
  const inner = text.value.slice(from, to);
  replace(from, to, mark + inner + mark, from + mark.length, from + mark.length + inner.length);
}

function block(insert, cursor) {
  const [, to] = lines();
  const before = text.value.slice(0, to).trim() === "" ? "" : "\n\n";
  replace(to, to, before + insert + "\n", to + before.length + cursor, to + before.length + cursor);
}

const formats = {
  heading: () => prefix((line) => (line.startsWith("## ") ? "### " + line.slice(3) : line.startsWith("### ") ? line.slice(4) : "## " + line)),
  bold: () => around("**"),
  list: () => prefix((line) => (line.startsWith("- ") ? line.slice(2) : "- " + line)),
  numbers: () => prefix((line, i) => i + 1 + ". " + line),
  task: () => prefix((line) => "- [ ] " + line),
  table: (button) => {
    const [first, second] = button.dataset.words.split("|");
    const head = `| ${first} | ${second} |\n|---|---|\n`;
    block(head + "|  |  |", head.length + 2); // in the first cell
  },
  link: (button) => { // verweis.js offers titles for what stands between the brackets
    const { selectionStart: from, selectionEnd: to } = text;
    const words = text.value.slice(from, to).replace(/[\[\]|\n]/g, " ").trim();
    replace(from, to, `[[${words}]]`, from + 2 + words.length, from + 2 + words.length);
    state.textContent = button.dataset.hint;
  },
  web: (button) => {
    const { selectionStart: from, selectionEnd: to } = text;
    const label = text.value.slice(from, to) || button.dataset.words;
    replace(from, to, `[${label}](https://)`, from + label.length + 3, from + label.length + 11);
  },
  image: () => chooseFile("image/png,image/jpeg,image/gif,image/webp"),
  file: () => chooseFile(""),
  note: () => prefix((line, i) => (i === 0 ? "> [!NOTE]\n> " : "> ") + line),
};

toolbar.hidden = false;
const buttons = [...toolbar.querySelectorAll("button")];
buttons.forEach((button, i) => {
  button.tabIndex = i === 0 ? 0 : -1; // one stop for Tab, arrows inside
  button.addEventListener("click", () => formats[button.dataset.format](button));
});
toolbar.addEventListener("keydown", (event) => {
  const at = buttons.indexOf(document.activeElement);
  const steps = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 };
  if (!(event.key in steps) || at < 0) return;
  event.preventDefault();
  const next = buttons[(steps[event.key] + buttons.length) % buttons.length];
  buttons[at].tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
});
text.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "b") {
    event.preventDefault();
    around("**");
  }
  if (event.key === "Enter" && !event.isComposing && !event.shiftKey) continueList(event);
});

// continueList begins the next item of a list, as every word processor does;
// Enter in an empty item ends the list.
function continueList(event) {
  const { selectionStart: at, selectionEnd, value } = text;
  if (at !== selectionEnd) return;
  const begin = value.lastIndexOf("\n", at - 1) + 1;
  const item = /^(\s*)([-*+]|(\d+)[.)])( \[[ xX]\])? /.exec(value.slice(begin, at));
  if (!item) return;
  event.preventDefault();
  if (value.slice(begin, at) === item[0]) {
    replace(begin, at, "", begin, begin);
  } else {
    const mark = item[3] ? item[2].replace(item[3], String(Number(item[3]) + 1)) : item[2];
    const next = `\n${item[1]}${mark}${item[4] ? " [ ]" : ""} `;
    replace(at, at, next, at + next.length, at + next.length);
  }
}

// ---- Pictures and files ----

const files = form.querySelector("[data-files]");
const chosen = files.querySelector("[name=datei]");
const words = files.querySelector("[name=beschreibung]");
const decoration = files.querySelector("[name=schmuck]");
const filesState = files.querySelector("[data-files-state]");

function chooseFile(accept) {
  files.open = true;
  chosen.accept = accept;
  files.scrollIntoView({ block: "nearest" });
  chosen.focus();
  chosen.click();
}

// offer takes a file that was pasted or dropped; its description still has to
// be written.
function offer(list) {
  const [file] = list;
  if (!file) return false;
  const transfer = new DataTransfer();
  transfer.items.add(file);
  chosen.files = transfer.files;
  files.open = true;
  files.scrollIntoView({ block: "nearest" });
  words.focus();
  return true;
}

text.addEventListener("paste", (event) => {
  if (event.clipboardData.getData("text/plain") === "" && offer(event.clipboardData.files)) event.preventDefault();
});
text.addEventListener("dragover", (event) => {
  if ([...event.dataTransfer.types].includes("Files")) event.preventDefault();
});
text.addEventListener("drop", (event) => {
  if (event.dataTransfer.files.length > 0) {
    event.preventDefault();
    offer(event.dataTransfer.files);
  }
});

function refuse(sentence) {
  filesState.textContent = sentence;
  filesState.classList.add("refused");
}

// list shows a file that was just taken, with the button that takes it away.
function list(name) {
  const box = files.querySelector("[data-files-brought]");
  const line = document.createElement("li");
  line.append(files.querySelector("[data-files-line]").content.cloneNode(true));
  line.querySelector("span").textContent = name;
  const button = line.querySelector("button");
  button.value = name;
  button.querySelector(".kern-sr-only").textContent = ` ${name}`;
  const same = [...box.querySelectorAll("button")].find((other) => other.value === name);
  if (!same) box.querySelector("ul").append(line);
  box.hidden = false;
}

files.querySelector("[data-add-file]").addEventListener("click", async (event) => {
  event.preventDefault();
  if (event.detail === 0 && !files.contains(document.activeElement)) return; // Enter in a field elsewhere "presses" the first button of the form
  const cursor = text.selectionEnd;
  try {
    const answer = await fetch(files.dataset.files, { method: "POST", body: new FormData(form) });
    if (answer.redirected) throw new Error("signed out");
    const said = await answer.text();
    if (answer.status !== 201) {
      refuse(answer.status < 500 && said ? said : files.dataset.failed);
      (said && !chosen.value ? chosen : words).focus();
      return;
    }
    const before = text.value.slice(0, cursor);
    const gap = before.trim() === "" || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
    replace(cursor, cursor, gap + said + "\n", cursor + gap.length + said.length + 1, cursor + gap.length + said.length + 1);
    filesState.textContent = files.dataset.added;
    filesState.classList.remove("refused");
    list(decodeURIComponent(answer.headers.get("Location").split("/").pop()));
    chosen.value = "";
    words.value = "";
    decoration.checked = false;
  } catch {
    refuse(files.dataset.failed);
  }
});

// ---- Preview ----

const box = form.querySelector("[data-preview-box]");
const sheet = form.querySelector("[data-preview-html]");

async function post(address) {
  const answer = await fetch(address, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  if (!answer.ok || answer.redirected) throw Object.assign(new Error(String(answer.status)), { status: answer.status });
  return answer.text();
}

form.querySelector("[name=aktion][value=vorschau]").addEventListener("click", async (event) => {
  event.preventDefault();
  try {
    sheet.innerHTML = await post(form.dataset.preview); // sanitised by the server
    box.hidden = false;
    box.scrollIntoView({ block: "nearest" });
    sheet.focus({ preventScroll: true });
  } catch {
    form.requestSubmit(event.target.closest("button"));
  }
});

// ---- Drafts ----

const idle = 2000; // ms after the last key
let timer = 0;
let dirty = false;
let saving = false;
let submitted = false; // then a draft would outlive what it became

async function keep() {
  if (!dirty || saving) return;
  saving = true;
  dirty = false;
  try {
    state.textContent = await post(form.dataset.draft);
    if (!box.hidden) sheet.innerHTML = await post(form.dataset.preview); // stays as new as the text
  } catch (problem) {
    dirty = true;
    state.textContent = problem.status === 401 ? form.dataset.signedOut : form.dataset.offline;
    timer = setTimeout(keep, 5 * idle);
  }
  saving = false;
}

form.addEventListener("input", () => {
  if (!dirty) state.textContent = form.dataset.unsaved;
  dirty = true;
  clearTimeout(timer);
  timer = setTimeout(keep, idle);
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden" && dirty && !submitted) {
    navigator.sendBeacon(form.dataset.draft, new URLSearchParams(new FormData(form)));
  }
});
form.addEventListener("submit", () => {
  submitted = true;
  clearTimeout(timer);
});
window.addEventListener("pageshow", () => (submitted = false)); // back after it failed
window.addEventListener("beforeunload", (event) => {
  if (dirty && !submitted) event.preventDefault();
});

// Fields that only some kinds of text have.
const kind = form.querySelector("select[name=art]");
function fields() {
  for (const part of form.querySelectorAll("[data-only-kind]")) part.hidden = !part.dataset.onlyKind.split(" ").includes(kind.value);
}
if (kind) {
  kind.addEventListener("change", fields);
  fields();
}
