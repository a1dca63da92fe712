// A ticket on a phone: its state is in the title of the page, and where the reader wants it, a
// sound says that it is nearly or now their turn:
//   <p data-turn="near" data-title="2 before you">: near, called, or none
//   <p data-sound hidden><label><input type="checkbox"> ...: shown here, for it needs a script

import { ring } from "./chime.js";

let turn = null; // as the page showed it last
let sounds = null; // made at a touch, as browsers ask

export function followTurn(root) {
  offerSound(root);
  const state = root.querySelector("[data-title]");
  if (!state) return;
  const number = document.querySelector(".sd-stub h1 > span")?.textContent ?? "";
  document.title = `${state.dataset.title} · ${number}`;
  const now = state.dataset.turn ?? "";
  if (turn !== null && now && now !== turn) alertReader();
  turn = now;
}

function offerSound(root) {
  const offer = root.querySelector("[data-sound]");
  if (!offer || !window.AudioContext) return;
  offer.hidden = false;
  offer.querySelector("input").addEventListener("change", (event) => {
    sounds?.close();
    sounds = event.target.checked ? new AudioContext() : null;
    if (sounds) ring(sounds);
  });
}

function alertReader() {
  if (!sounds) return;
  navigator.vibrate?.([200, 100, 200]);
  ring(sounds);
}
