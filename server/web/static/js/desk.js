// At the desk where people decide about what was imported one key does it: the
// key stands on every button. It can be switched off, because single keys are in
// the way of who speaks to the machine. A file may be dropped on its field.

const wanted = "staffelstab-tasten";
const keys = document.querySelector("[data-keys]");
if (keys) {
  keys.hidden = false;
  const box = keys.querySelector("input");
  box.checked = localStorage.getItem(wanted) !== "aus";
  box.addEventListener("change", () => localStorage.setItem(wanted, box.checked ? "an" : "aus"));
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (typing || !box.checked || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const control = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!control) return;
    event.preventDefault();
    control.click();
  });
}

for (const zone of document.querySelectorAll("[data-drop]")) {
  const field = zone.querySelector("input[type=file]");
  zone.classList.add("drop");
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("drop--over");
  });
  for (const end of ["dragleave", "drop"]) zone.addEventListener(end, () => zone.classList.remove("drop--over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) field.files = event.dataTransfer.files;
  });
}
