// The keyboard on a list of tasks: <div data-keys>.  j and k move, Enter opens, and every
// control with data-key="c" is that key's.  "/" goes to the search, "?" shows the keys.

let isFollowing = false;

export function followKeys(root) {
  if (isFollowing || !root.querySelector("[data-keys]")) return;
  isFollowing = true; // one for the whole page; the list may be replaced under it
  document.addEventListener("keydown", (event) => {
    const list = document.querySelector("[data-keys]");
    if (!list || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (act(event.key, list)) event.preventDefault();
  });
}

function isTyping(target) {
  return target.closest("input, select, textarea, [contenteditable], dialog[open]") !== null;
}

function act(key, list) {
  switch (key) {
    case "j": return move(list, 1);
    case "k": return move(list, -1);
    case "Enter": return document.activeElement.closest("a, button, summary") ? false : open(list);
    case "/": return focus(document.querySelector("input[type=search]"));
    case "?": return showKeys();
    default: return press(list, key);
  }
}

function rows(list) {
  return [...list.querySelectorAll("tbody tr")];
}

function here(list) {
  return list.querySelector("tr.is-cursor");
}

function move(list, step) {
  const all = rows(list);
  if (!all.length) return false;
  const at = all.indexOf(here(list));
  const next = all[Math.min(all.length - 1, Math.max(0, at + step))];
  for (const row of all) row.classList.toggle("is-cursor", row === next);
  focus(next.querySelector("a, button"));
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function open(list) {
  const link = here(list)?.querySelector("a[href]");
  link?.click();
  return Boolean(link);
}

function press(list, key) {
  if (!/^[a-z!]$/.test(key)) return false;
  const place = here(list) ?? document;
  const control = place.querySelector(`[data-key="${key}"]`);
  if (control?.matches("textarea, input, select")) control.focus();
  else control?.click();
  return Boolean(control);
}

function focus(element) {
  element?.focus();
  return Boolean(element);
}

function showKeys() {
  const dialog = document.getElementById("keys");
  dialog?.showModal?.();
  return Boolean(dialog?.showModal);
}
