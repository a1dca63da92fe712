// A screen that everybody uses goes back to its first page by itself:
//   <a href="..." data-follow-after="40">: seconds without a touch.

// A part of the first page forgets what somebody chose and left, so that it is refreshed again:
//   <div data-reset-after="60">

export function followAfter(root) {
  const link = root.querySelector("a[data-follow-after]");
  if (link) whenLeft(Number(link.dataset.followAfter), () => link.click());
  const part = root.querySelector("[data-reset-after]");
  if (part) whenLeft(Number(part.dataset.resetAfter), () => reset(part));
}

function whenLeft(seconds, act) {
  let timer = setTimeout(act, seconds * 1000);
  for (const sign of ["pointerdown", "keydown"]) {
    addEventListener(sign, () => {
      clearTimeout(timer);
      timer = setTimeout(act, seconds * 1000);
    });
  }
}

function reset(part) {
  if (part.contains(document.activeElement)) document.activeElement.blur();
  for (const form of part.querySelectorAll("form")) form.reset();
  for (const fold of part.querySelectorAll("details")) fold.open = false;
}
