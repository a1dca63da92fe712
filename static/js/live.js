// Keeps a part of the page up to date:
//   <div data-live="{{ live_ticket('case:12') }}" data-fragment="/cases/R26-00001/status">
// A part with an empty data-live has no stream of its own: it asks by itself, and at once when
// another part of the page hears something (a browser has six streams for all its windows).
// /events says that something changed, then the fragment is fetched with its ETag.  While the
// stream is away the fragment is asked for by itself.  A part that cannot be refreshed for
// long says so: it is never silently stale.
//
// data-at-once="ticket:" names the events that are looked at in the same moment; for the others
// a page waits a little, each another while.  So of hundreds of phones in a hall the one that is
// called is told first.

import { listen } from "./streams.js";

const HEARD = "servicedesk:heard";
const POLL = 20_000; // milliseconds, while the stream is away
const SLOW_POLL = 120_000; // while it is there, in case an event was lost
const STALE = 60_000; // after which an old part is marked
const LATER = 500; // until a page that is not concerned looks: the others come first
const SPREAD = 2_500; // over which such pages are spread
const TYPED = "input:focus, textarea:focus, select:focus";
const EVERYTHING = "*"; // an event may have been lost

export function keepUpToDate(root, start) {
  for (const part of root.querySelectorAll("[data-live]")) new LivePart(part, start).begin();
}

class LivePart {
  constructor(part, start) {
    this.part = part;
    this.start = start;
    this.etag = null;
    this.fetchedAt = Date.now();
    this.isStreaming = false;
    this.isFetching = false;
    this.isAskedAgain = false;
    this.isPlanned = false;
    this.timer = null;
  }

  begin() {
    this.listen();
    this.plan();
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.fetch();
    });
  }

  listen() {
    if (!("EventSource" in window)) return;
    if (!this.part.dataset.live) {
      document.addEventListener(HEARD, () => this.fetch());
      return;
    }
    listen(this.part, {
      open: () => { this.isStreaming = true; },
      error: () => this.miss(),
      changed: (event) => this.hear(event.data),
    });
  }

  miss() {
    if (!this.isStreaming) return;
    this.isStreaming = false;
    this.plan(); // sooner than was planned while it was there
  }

  hear(topic) {
    const first = this.part.dataset.atOnce;
    if (!first || topic === EVERYTHING || topic.startsWith(first)) {
      this.look();
    } else if (!this.isPlanned) {
      this.isPlanned = true;
      setTimeout(() => { this.isPlanned = false; this.look(); }, LATER + Math.random() * SPREAD);
    }
  }

  look() {
    this.fetch();
    document.dispatchEvent(new Event(HEARD));
  }

  plan() {
    clearTimeout(this.timer);
    this.timer = setTimeout(async () => {
      if (!this.part.isConnected) return; // another page took this one's place
      if (!document.hidden) await this.fetch();
      this.plan();
    }, this.isStreaming ? SLOW_POLL : POLL);
  }

  async fetch() {
    if (this.part.querySelector(TYPED)) return; // nothing that is typed is lost
    if (this.isFetching) {
      this.isAskedAgain = true; // something changed while we were asking
      return;
    }
    this.isFetching = true;
    try {
      const headers = this.etag ? { "If-None-Match": this.etag } : {};
      const answer = await fetch(this.part.dataset.fragment, { headers, credentials: "same-origin" });
      if (answer.status === 200) await this.replace(answer);
      if (answer.ok || answer.status === 304) this.fetchedAt = Date.now();
      if (answer.status === 304) this.advance(answer.headers.get("As-Of"));
    } catch {
      // away; marked below when it lasts
    } finally {
      this.isFetching = false;
      this.part.classList.toggle("is-stale", Date.now() - this.fetchedAt > STALE);
    }
    if (this.isAskedAgain) {
      this.isAskedAgain = false;
      await this.fetch();
    }
  }

  // Nothing changed: what is shown is as of now.
  advance(time) {
    if (!time) return;
    for (const place of this.part.querySelectorAll("[data-as-of]")) {
      place.textContent = place.dataset.asOf.replace("{}", time);
    }
  }

  async replace(answer) {
    this.etag = answer.headers.get("ETag");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const putBack = placeIn(this.part);
    this.part.replaceChildren(...page.body.childNodes);
    this.start(this.part);
    putBack();
  }
}

// Returns what brings back the focus, and what was unfolded, after the part was replaced.
function placeIn(part) {
  const here = part.contains(document.activeElement) ? document.activeElement : null;
  const unfolded = [...part.querySelectorAll("details[open] > summary")].map(wordsOf);
  return () => {
    for (const summary of part.querySelectorAll("details > summary")) {
      if (unfolded.includes(wordsOf(summary))) summary.parentElement.open = true;
    }
    const same = here && [...part.querySelectorAll(here.tagName)]
      .find((one) => wordsOf(one) === wordsOf(here));
    same?.focus({ preventScroll: true });
  };
}

function wordsOf(element) {
  return element.textContent.trim();
}
