// Narrows long lists: <div data-pick> to what is typed, <select data-among="name"> to what is
// ticked under that name.  See components/question.html.

export function narrowLists(root) {
  for (const list of root.querySelectorAll("[data-pick]")) prepare(list);
  for (const select of root.querySelectorAll("select[data-among]")) follow(select);
}

function prepare(list) {
  const find = list.querySelector("[data-pick-find]");
  const count = list.querySelector("[data-pick-count]");
  if (!find || !count) return;
  const entries = [...list.querySelectorAll("[data-pick-entry]")];
  const known = entries.map(read);
  const groups = [...list.querySelectorAll("details")];
  const wasOpen = new Map(groups.map((group) => [group, group.open]));
  find.closest("[hidden]").hidden = false;

  const update = () => {
    const wanted = fold(find.value).split(/\s+/).filter(Boolean);
    const exact = known.map((one) => wanted.every((word) => has(one, word)));
    const found = exact.includes(true) ? exact : known.map((one) => wanted.every((word) => has(one, word) || almost(one, word)));
    entries.forEach((entry, at) => {
      entry.hidden = !found[at];
    });
    for (const group of groups) {
      const isLeft = group.querySelector("[data-pick-entry]:not([hidden])") !== null;
      group.hidden = !isLeft;
      group.open = wanted.length ? isLeft : wasOpen.get(group);
    }
    say(count, entries);
  };
  find.addEventListener("input", update);
  find.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault(); // would send the whole form
  });
  list.addEventListener("change", () => say(count, entries));
  for (const group of groups) {
    group.addEventListener("toggle", () => {
      if (find.value.trim() === "") wasOpen.set(group, group.open);
    });
  }
  update();
}

// What an entry is found by: what it shows, and the parts of data-find (searching.findable).
function read(entry) {
  const [texts = "", sound = "", initials = ""] = (entry.dataset.find || "").split("|");
  const text = `${texts} ${fold(entry.textContent)}`;
  const syllables = sound.split(" ");
  return { text, words: text.match(/[a-z]+/g) || [], sounds: syllables.map((_, at) => syllables.slice(at).join("")), initials };
}

function has(one, word) {
  if (one.text.includes(word)) return true;
  return word.length > 1 && (one.initials.includes(word) || one.sounds.some((sound) => sound.startsWith(word)));
}

// A slip of the finger, as searching.py forgives it: one letter, two in long words.
function almost(one, word) {
  if (!/^[a-z]{5,}$/.test(word)) return false;
  const allowed = word.length < 8 ? 1 : 2;
  return one.words.some((other) => Math.abs(other.length - word.length) <= allowed && distance(word, other) <= allowed);
}

function distance(one, other) {
  let before = [];
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      let cost = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) cost = Math.min(cost, before[j - 2] + 1);
      next.push(cost);
    }
    [before, row] = [row, next];
  }
  return row[other.length];
}

function fold(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").normalize("NFKC").toLowerCase().trim();
}

function say(count, entries) {
  const found = entries.filter((entry) => !entry.hidden).length;
  const chosen = entries.filter((entry) => entry.querySelector("input").checked).length;
  count.textContent = count.dataset.words
    .replace("{found}", found)
    .replace("{all}", entries.length)
    .replace("{chosen}", chosen);
}

// Leaves what is ticked, and what is chosen already; with nothing ticked, everything.
function follow(select) {
  const form = select.form;
  const options = [...select.options].filter((option) => option.value && !option.disabled);
  const update = () => {
    const ticked = new Set([...form.querySelectorAll(`input[name="${select.dataset.among}"]:checked`)].map((one) => one.value));
    for (const option of options) {
      option.hidden = option.disabled = ticked.size > 0 && !ticked.has(option.value) && !option.selected;
    }
    for (const group of select.querySelectorAll("optgroup")) {
      group.hidden = [...group.children].every((option) => option.hidden);
    }
  };
  form.addEventListener("change", update);
  update();
}
