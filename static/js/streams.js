// Listens to /events for a part of the page, as long as the page is open:
//   <div data-live="{{ live_ticket('case:12') }}" ...>
// A browser connects again by itself, but not after an answer other than 200: the ticket of the
// part has ended, or a proxy in between was ill.  Then the page is fetched for a fresh ticket.

const RENEW = 5_000; // milliseconds until the first try, twice as many until each other
const RENEW_AT_MOST = 300_000;

// ``told`` has functions for "open", "error" and "changed" (of the event).
export function listen(part, told, tries = 0) {
  const stream = new EventSource(`/events?ticket=${encodeURIComponent(part.dataset.live)}`);
  let failed = tries;
  stream.addEventListener("open", () => { failed = 0; told.open(); });
  stream.addEventListener("changed", told.changed);
  stream.addEventListener("error", () => {
    told.error();
    if (stream.readyState !== EventSource.CLOSED) return;
    const wait = Math.min(RENEW * 2 ** failed, RENEW_AT_MOST) * (1 + Math.random() / 4);
    setTimeout(async () => {
      if (!part.isConnected) return;
      await renew(part);
      listen(part, told, failed + 1);
    }, wait);
  });
}

async function renew(part) {
  try {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const same = [...page.querySelectorAll("[data-live]")].find((one) => nameOf(one) === nameOf(part));
    if (same?.dataset.live) part.dataset.live = same.dataset.live;
  } catch {
    // away; tried again later
  }
}

function nameOf(part) {
  return part.dataset.fragment ?? part.dataset.board;
}
