// A second click on the button of a form does nothing while the first is on its way.
// The request key makes that safe anyway; this spares the visitor the wait for it.

const WAIT = 8000; // milliseconds, then the visitor may try again

export function sendOnce(root) {
  for (const form of root.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sending) {
        event.preventDefault();
        return;
      }
      form.dataset.sending = "true";
      setTimeout(() => delete form.dataset.sending, WAIT);
    });
  }
  addEventListener("pageshow", () => {
    for (const form of root.querySelectorAll("form[data-sending]")) delete form.dataset.sending;
  });
}
