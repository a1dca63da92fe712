// A screen that everybody uses goes back to its first page by itself:
//   <a href="..." data-follow-after="40">: seconds without a touch.

export function followAfter(root) {
  const link = root.querySelector("a[data-follow-after]");
  if (!link) return;
  const wait = Number(link.dataset.followAfter) * 1000;
  let timer = setTimeout(() => link.click(), wait);
  for (const sign of ["pointerdown", "keydown"]) {
    addEventListener(sign, () => {
      clearTimeout(timer);
      timer = setTimeout(() => link.click(), wait);
    });
  }
}
