// Opens native dialogs: <a data-dialog="id">.  Without this the link leads to a page.

export function openDialogs(root) {
  for (const opener of root.querySelectorAll("[data-dialog]")) {
    const dialog = document.getElementById(opener.dataset.dialog);
    if (!dialog?.showModal) continue;
    opener.setAttribute("role", "button");
    opener.setAttribute("aria-haspopup", "dialog");
    opener.addEventListener("click", (event) => {
      event.preventDefault();
      dialog.showModal();
    });
    opener.addEventListener("keydown", (event) => {
      if (event.key !== " ") return;
      event.preventDefault();
      dialog.showModal();
    });
  }
}
