// Hides a question while its condition does not hold: <div data-when='{"==": [...]}'>.
// What is typed in a hidden question stays; the server ignores it.

import { holds } from "./logic.js";

const NAME = /^f_([a-z][a-z0-9_]*)(?:-(y|m|d|currency|amount|kept))?$/;
const IN_CARD = /^f_([a-z][a-z0-9_]*)-(\d+)-(.+)$/;

export function watchConditions(root) {
  for (const form of root.querySelectorAll("form")) {
    if (!form.querySelector("[data-when]")) continue;
    const update = () => show(form);
    form.addEventListener("input", update);
    form.addEventListener("change", update);
    update();
  }
}

function show(form) {
  const answers = { ...JSON.parse(form.dataset.answers ?? "{}"), ...read(form) };
  for (const question of form.querySelectorAll("[data-when]")) {
    const card = question.closest("[data-card]");
    const own = card ? { ...answers, ...cardAnswers(answers, card.dataset.card) } : answers;
    question.hidden = !holds(JSON.parse(question.dataset.when), own);
  }
}

function cardAnswers(answers, place) {
  const [group, index] = place.split(":");
  return answers[group]?.[Number(index)] ?? {};
}

export function read(form) {
  const answers = {};
  for (const input of form.elements) {
    if (!input.name?.startsWith("f_")) continue;
    const inCard = IN_CARD.exec(input.name);
    if (inCard) {
      const [, group, index, rest] = inCard;
      answers[group] ??= [];
      answers[group][Number(index)] ??= {};
      put(answers[group][Number(index)], rest, input);
    } else {
      put(answers, input.name, input);
    }
  }
  for (const [key, entry] of Object.entries(answers)) {
    if (Array.isArray(entry)) answers[key] = entry.filter((one) => one !== undefined);
  }
  return answers;
}

function put(answers, name, input) {
  const parts = NAME.exec(name);
  if (!parts) return;
  const [, key, part] = parts;
  if (part === "kept" || input.type === "file") {
    putFile(answers, key, input);
  } else if (part === "currency" || part === "amount") {
    answers[key] = { ...answers[key], [part]: plain(part, input.value) };
  } else if (part) {
    answers[key] = dateWith(answers[key], part, input.value);
  } else if (input.type === "checkbox") {
    putTick(answers, key, input);
  } else if (input.type === "radio") {
    answers[key] ??= null;
    if (input.checked) answers[key] = { yes: true, no: false }[input.value] ?? input.value;
  } else {
    answers[key] = input.value || null;
  }
}

// Files given before, and those chosen now; an answer only once there is one.
function putFile(answers, key, input) {
  const names = input.type === "file" ? [...input.files].map((file) => file.name) : [input.value];
  answers[key] = [...(answers[key] ?? []), ...names];
  if (!answers[key].length) answers[key] = null;
}

function putTick(answers, key, input) {
  const isSingle = input.form.elements[input.name] === input && ["y", "on", "true"].includes(input.value);
  if (isSingle) {
    answers[key] = input.checked;
  } else {
    answers[key] ??= [];
    if (input.checked) answers[key].push(input.value);
  }
}

function plain(part, typed) {
  return part === "amount" ? typed.replace(/[,，\s]/g, "") || null : typed;
}

function dateWith(before, part, typed) {
  const [year = "", month = "", day = ""] = (before ?? "").split("-");
  const date = { y: year, m: month, d: day, [part]: typed.padStart(part === "y" ? 4 : 2, "0") };
  return `${date.y}-${date.m}-${date.d}`;
}
