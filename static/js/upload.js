// Shows how much of the files is sent: <form data-upload>.  The answer is shown as the
// browser would show it: its page takes this one's place, under its own address.

let shown = location.pathname + location.search;

export function showProgress(root, start) {
  for (const form of root.querySelectorAll("form[data-upload]")) {
    form.addEventListener("submit", (event) => {
      const bar = barOf(form);
      if (!bar || event.defaultPrevented) return;
      event.preventDefault();
      send(form, event.submitter, bar, start);
    });
  }
}

function barOf(form) {
  const chosen = [...form.querySelectorAll("input[type=file]")].find((input) => input.files.length);
  return chosen?.closest(".sd-upload")?.querySelector("[data-upload-progress]");
}

function send(form, submitter, bar, start) {
  const body = new FormData(form);
  if (submitter?.name) body.append(submitter.name, submitter.value);
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.responseType = "document";
  bar.hidden = false;
  request.upload.addEventListener("progress", (event) => show(bar, event));
  request.addEventListener("load", () => arrive(request, start));
  request.addEventListener("error", () => {
    bar.hidden = true;
    delete form.dataset.sending;
    form.removeAttribute("data-upload");
    HTMLFormElement.prototype.submit.call(form); // let the browser say what is wrong
  });
  request.send(body);
}

function show(bar, event) {
  if (!event.lengthComputable) return;
  const percent = Math.round((100 * event.loaded) / event.total);
  bar.querySelector("progress").value = percent;
  const words = bar.querySelector("[data-words]");
  words.textContent = words.dataset.words.replace("{percent}", `${percent} %`);
}

function arrive(request, start) {
  const page = request.response;
  if (!page?.querySelector("main")) {
    location.assign(request.responseURL || location.href);
    return;
  }
  if (request.responseURL !== location.href) history.pushState(null, "", request.responseURL);
  shown = location.pathname + location.search;
  document.title = page.title;
  document.body.replaceWith(document.adoptNode(page.body));
  scrollTo(0, 0);
  document.querySelector("main").focus({ preventScroll: true });
  start(document);
}

// Back to a page whose place was taken: the browser must load it again.  A jump to a field
// of this page is no such step.
addEventListener("popstate", () => {
  if (location.pathname + location.search !== shown) location.reload();
});
