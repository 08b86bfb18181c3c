// The palette: Ctrl+K opens a box over any page that leads to texts, topics and
// the pages of the menu. It is a dialog with a combobox (ARIA patterns); without
// the script the search box in the header does the same.

const dialog = document.querySelector("#palette");

function palette() {
  const input = dialog.querySelector("input");
  const list = dialog.querySelector("[role=listbox]");
  const status = dialog.querySelector("[role=status]");
  const words = dialog.dataset;
  const pages = [...document.querySelectorAll(".frame__menu a")].map((a) => ({ text: a.textContent.trim(), href: a.getAttribute("href") }));
  let options = [];
  let chosen = 0;
  let timer = 0;
  let running = null;
  let stale = false; // what is listed belongs to other words than those typed

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "true");
  input.setAttribute("aria-controls", list.id);

  const choose = (n) => {
    if (options.length === 0) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    chosen = (n + options.length) % options.length;
    options.forEach((option, i) => option.setAttribute("aria-selected", String(i === chosen)));
    input.setAttribute("aria-activedescendant", options[chosen].id);
    options[chosen].scrollIntoView({ block: "nearest" });
  };

  const entry = (item) => {
    const option = document.createElement("div");
    option.id = "palette-" + options.length;
    option.className = "palette__entry";
    option.setAttribute("role", "option");
    option.dataset.href = item.href;
    const title = document.createElement("span");
    title.textContent = item.text;
    if (item.state) title.append(" (" + item.state + ")");
    option.append(title);
    if (item.snippet) {
      const line = document.createElement("span");
      line.className = "palette__snippet";
      for (const part of item.snippet) {
        const piece = document.createElement(part.match ? "mark" : "span");
        piece.textContent = part.text;
        line.append(piece);
      }
      option.append(line);
    }
    option.addEventListener("click", () => location.assign(item.href));
    options.push(option);
    return option;
  };

  const show = (groups) => {
    stale = false;
    list.setAttribute("aria-busy", "false");
    options = [];
    list.replaceChildren(...groups.filter((g) => g.items.length > 0).map((g, i) => {
      const group = document.createElement("div");
      const name = document.createElement("div");
      group.setAttribute("role", "group");
      name.className = "palette__group";
      name.id = "palette-gruppe-" + i;
      name.textContent = g.name;
      group.setAttribute("aria-labelledby", name.id);
      group.append(name, ...g.items.map(entry));
      return group;
    }));
    status.textContent = words.count.replace("{n}", String(options.length));
    choose(0);
  };

  const matching = (text) => pages.filter((p) => p.text.toLowerCase().includes(text.toLowerCase()));

  const ask = async () => {
    const text = input.value.trim();
    running?.abort();
    if (text.length < 2) return show([{ name: words.pages, items: matching(text) }]);
    running = new AbortController();
    const get = async (path) => {
      const answer = await fetch("/api/v1/" + path, { headers: { Accept: "application/json" }, signal: running.signal });
      return answer.ok ? answer.json() : null;
    };
    const q = encodeURIComponent(text);
    try {
      const [titles, found] = await Promise.all([get("suggest?limit=6&q=" + q), get("search?typing=true&valid=true&limit=5&q=" + q)]);
      const known = new Set((titles ?? []).map((t) => t.id));
      const hits = (found?.hits ?? []).filter((h) => !known.has(h.id));
      show([
        { name: words.titles, items: [...(titles ?? []).filter((t) => !t.topic), ...(titles ?? []).filter((t) => t.topic)].map((t) => t.topic
          ? { text: words.topic.replace("{topic}", t.topic), href: "/suche?thema=" + encodeURIComponent(t.topic) }
          : { text: (t.number ? t.number + " – " : "") + t.title, href: "/a/" + encodeURIComponent(t.id), state: words[t.status] }) },
        { name: words.hits, items: [...hits.map((h) => ({ text: h.title, href: h.url, snippet: h.snippet })), { text: words.all, href: "/suche?q=" + q }] },
        { name: words.pages, items: matching(text) },
      ]);
    } catch {
      // an answer that was overtaken, or no connection: Enter still searches
    }
  };

  document.addEventListener("keydown", (event) => {
    if (event.key?.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    if (dialog.open) return dialog.close();
    input.value = "";
    ask();
    dialog.showModal();
    input.focus();
  });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  input.addEventListener("input", () => {
    stale = true;
    list.setAttribute("aria-busy", "true");
    clearTimeout(timer);
    timer = setTimeout(ask, 120);
  });
  input.form.addEventListener("submit", (event) => {
    if (stale || !options[chosen]) return; // a search for what was typed
    event.preventDefault();
    location.assign(options[chosen].dataset.href);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Escape") dialog.close();
    else return;
    event.preventDefault();
  });
}

if (dialog) palette();
