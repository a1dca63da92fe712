// Narrows a long list of ticks to what is typed: <div data-pick>, see components/question.html.

export function narrowLists(root) {
  for (const list of root.querySelectorAll("[data-pick]")) prepare(list);
}

function prepare(list) {
  const find = list.querySelector("[data-pick-find]");
  const count = list.querySelector("[data-pick-count]");
  if (!find || !count) return;
  const entries = [...list.querySelectorAll("[data-pick-entry]")];
  const groups = [...list.querySelectorAll("details")];
  const wasOpen = new Map(groups.map((group) => [group, group.open]));
  find.closest("[hidden]").hidden = false;

  const update = () => {
    const words = find.value.trim().toLowerCase();
    for (const entry of entries) {
      entry.hidden = words !== "" && !entry.textContent.toLowerCase().includes(words);
    }
    for (const group of groups) {
      const isLeft = group.querySelector("[data-pick-entry]:not([hidden])") !== null;
      group.hidden = !isLeft;
      group.open = words === "" ? wasOpen.get(group) : isLeft;
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

function say(count, entries) {
  const found = entries.filter((entry) => !entry.hidden).length;
  const chosen = entries.filter((entry) => entry.querySelector("input").checked).length;
  count.textContent = count.dataset.words
    .replace("{found}", found)
    .replace("{all}", entries.length)
    .replace("{chosen}", chosen);
}
