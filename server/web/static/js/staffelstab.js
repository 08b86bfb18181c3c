// What every page gains from a script: suggestions while searching, a key that
// leads to the search box, menus that close. Everything works without it.

const search = document.querySelector("#suche-oben");

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  const wanted = event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (wanted && search) {
    event.preventDefault();
    search.focus();
    search.select();
  }
  if (event.key === "Escape") {
    for (const open of document.querySelectorAll("details[data-close-on-escape][open]")) {
      open.open = false;
      open.querySelector("summary").focus();
    }
  }
});

document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details[data-close-on-escape][open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});

// Hints that were opened count with the answer.
for (const form of document.querySelectorAll(".question form")) {
  form.addEventListener("submit", () => {
    const opened = form.querySelectorAll("[data-hint][open]").length;
    form.querySelector("[data-hints]").value = String(opened);
  });
}

// A combobox after the ARIA pattern: the list is an offer, Enter without a
// choice searches for what was typed.
function suggest(input) {
  const list = document.createElement("ul");
  const status = document.createElement("span");
  list.className = "suggest";
  list.id = input.id + "-vorschlaege";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels[0]?.textContent ?? "");
  list.hidden = true;
  status.className = "kern-sr-only";
  status.setAttribute("role", "status");
  input.after(list, status);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);

  let chosen = -1;
  let moved = false; // the arrows were used since the last key that was typed
  let timer = 0;
  let asked = "";

  const close = () => {
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (n) => {
    moved = true;
    const options = [...list.children];
    chosen = (n + options.length + 1) % (options.length + 1); // one more: the box itself
    options.forEach((option, i) => option.setAttribute("aria-selected", String(i === chosen)));
    if (chosen < options.length) input.setAttribute("aria-activedescendant", options[chosen].id);
    else input.removeAttribute("aria-activedescendant");
  };
  const show = (found) => {
    list.replaceChildren(...found.map((hit, i) => {
      const option = document.createElement("li");
      option.id = list.id + "-" + i;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.href = hit.topic ? "/suche?thema=" + encodeURIComponent(hit.topic) : "/a/" + encodeURIComponent(hit.id);
      option.textContent = hit.topic ? input.dataset.suggestTopic.replace("{topic}", hit.topic) : (hit.number ? hit.number + " – " : "") + hit.title;
      const state = input.dataset[hit.status]; // said of what does not hold today
      if (state) option.append(" (" + state + ")");
      option.addEventListener("mousedown", (event) => {
        event.preventDefault();
        location.assign(option.dataset.href);
      });
      return option;
    }));
    chosen = found.length;
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(found.length > 0));
    status.textContent = input.dataset.suggestCount.replace("{n}", String(found.length));
  };
  const ask = async () => {
    if (moved) return;
    const text = input.value.trim();
    asked = text;
    if (text.length < 2) return close();
    try {
      const answer = await fetch("/api/v1/suggest?q=" + encodeURIComponent(text), { headers: { Accept: "application/json" } });
      if (answer.ok && asked === text && !moved && document.activeElement === input) {
        const found = await answer.json();
        show([...found.filter((hit) => !hit.topic), ...found.filter((hit) => hit.topic)]); // texts first, as Enter takes the first
      }
    } catch {
      close(); // suggestions are an extra; searching still works
    }
  };

  input.addEventListener("input", () => {
    moved = false;
    clearTimeout(timer);
    timer = setTimeout(ask, 150);
  });
  input.addEventListener("blur", close);
  input.form.addEventListener("submit", (event) => {
    if (list.hidden || chosen >= list.children.length) return;
    event.preventDefault();
    location.assign(list.children[chosen].dataset.href);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") choose(chosen >= list.children.length ? 0 : chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
}

for (const input of document.querySelectorAll("[data-suggest]")) suggest(input);

// In a list of hits the arrows go from one to the next.
const hits = [...document.querySelectorAll(".hit__title a")];
document.addEventListener("keydown", (event) => {
  const at = hits.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (at < 0 || !step || !hits[at + step]) return;
  event.preventDefault();
  hits[at + step].focus();
});
