// A button that prints the page:  <button type="button" data-print hidden>.  Without scripts
// there is none: the browser's own menu prints.

export function printPages(root) {
  for (const button of root.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}
