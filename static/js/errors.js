// A link of the error summary puts the cursor into the field, with its question in view.

export function leadToFields(root) {
  for (const link of root.querySelectorAll(".sd-errors a[href^='#']")) {
    link.addEventListener("click", (event) => {
      const field = document.getElementById(link.hash.slice(1));
      if (!field) return;
      event.preventDefault();
      const closed = field.closest("details:not([open])");
      if (closed) closed.open = true;
      (field.closest(".sd-field, .sd-group") ?? field).scrollIntoView();
      field.focus({ preventScroll: true });
    });
  }
}
