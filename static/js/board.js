// A board: fetches itself anew, chimes and speaks each call once, and says when it is stale.
//   <main data-board="/hall/changping/board/now" data-live="{{ live_ticket('hall:1') }}">
// A call is <li data-call="17" data-say-zh="..." data-say-en="...">, hidden where there is no room
// for it, a message of the supervisor <p data-announcement="3" ...>.  What is spoken waits in a
// queue, so that two calls in one second are both heard, one after the other, and no message falls
// into a call.

import { ring } from "./chime.js";
import { listen } from "./streams.js";

const POLL = 5_000; // milliseconds; an event makes it at once
const STALE = 20_000; // after which the board says so

const board = document.querySelector("[data-board]");
const stale = document.querySelector(".sd-stale");
const spoken = new Set();
const waiting = [];
let fetchedAt = Date.now();
let isFetching = false;
let isAskedAgain = false;
let isSpeaking = false;

async function refresh() {
  if (isFetching) {
    isAskedAgain = true; // something changed while we were asking
    return;
  }
  isFetching = true;
  try {
    const answer = await fetch(board.dataset.board, { credentials: "same-origin" });
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      board.replaceChildren(...page.body.childNodes);
      fetchedAt = Date.now();
      announce();
    }
  } catch {
    // away; marked below when it lasts
  } finally {
    isFetching = false;
    mark();
    if (isAskedAgain) {
      isAskedAgain = false;
      refresh();
    }
  }
}

function mark() {
  const isStale = Date.now() - fetchedAt > STALE;
  stale.hidden = !isStale;
  board.classList.toggle("is-stale", isStale);
}

function calls() {
  const found = [...board.querySelectorAll("[data-call]")];
  return found.sort((one, other) => one.dataset.call - other.dataset.call); // the oldest first
}

function messages() {
  return [...board.querySelectorAll("[data-announcement]")];
}

function nameOf(part) {
  return part.dataset.call ? `call ${part.dataset.call}` : `message ${part.dataset.announcement}`;
}

function announce() {
  for (const part of [...calls(), ...messages()]) {
    if (spoken.has(nameOf(part))) continue;
    spoken.add(nameOf(part));
    waiting.push([part.dataset.sayZh, part.dataset.sayEn]);
  }
  speakNext();
}

async function speakNext() {
  if (isSpeaking || !waiting.length) return;
  isSpeaking = true;
  const [zh, en] = waiting.shift();
  await chime();
  await speak(zh, "zh-CN");
  await speak(en, "en");
  isSpeaking = false;
  speakNext();
}

function chime() {
  return new Promise((done) => {
    const Sound = window.AudioContext;
    if (!Sound) return done();
    try {
      const sound = new Sound();
      ring(sound);
      setTimeout(() => { sound.close(); done(); }, 900);
    } catch {
      done();
    }
  });
}

function speak(words, language) {
  return new Promise((done) => {
    if (!window.speechSynthesis) return done();
    const saying = new SpeechSynthesisUtterance(words);
    saying.lang = language;
    saying.rate = 0.9;
    const longest = setTimeout(done, 10_000); // a voice that never says it is done
    saying.onend = saying.onerror = () => { clearTimeout(longest); done(); };
    speechSynthesis.speak(saying);
  });
}

for (const part of [...calls(), ...messages()]) spoken.add(nameOf(part)); // before it was opened
listen(board, { open: refresh, changed: refresh, error: mark });
setInterval(refresh, POLL);
setInterval(mark, 1_000);
