// Tells while one types a name whether it may be had.  The page that is sent without scripts
// says the same when it is saved; /names/check is the same check on a page of its own.

const WAIT = 500; // milliseconds after the last key
const PARTS = ["division", "trade_name", "industry", "name_form"];

export function checkNames(root) {
  const trade = root.querySelector("input[name=f_trade_name]");
  if (trade && !trade.dataset.checked) new NameCheck(trade).begin();
}

class NameCheck {
  constructor(trade) {
    this.trade = trade;
    this.form = trade.form;
    this.timer = null;
    this.asked = "";
  }

  begin() {
    this.trade.dataset.checked = "1";
    this.answer = document.createElement("div");
    this.answer.setAttribute("role", "status");
    this.answer.className = "sd-name-answer";
    const fields = this.form.querySelectorAll("[name=f_industry], [name=f_name_form], [name=f_trade_name]");
    const last = fields[fields.length - 1];
    (last.closest(".sd-field") ?? last).after(this.answer);
    this.form.addEventListener("input", (event) => this.changed(event));
    this.form.addEventListener("change", (event) => this.changed(event));
    this.form.addEventListener("compositionend", (event) => this.changed(event));
    if (this.trade.value) this.ask();
  }

  changed(event) {
    const name = event.target.name ?? "";
    if (event.isComposing || !PARTS.includes(name.replace(/^f_/, ""))) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), WAIT);
  }

  async ask() {
    const data = new FormData(this.form);
    const query = new URLSearchParams({ fragment: "1" });
    for (const part of PARTS) query.set(part, data.get(`f_${part}`) ?? "");
    const asked = query.toString();
    if (asked === this.asked) return;
    this.asked = asked;
    if (!query.get("trade_name").trim()) return this.answer.replaceChildren();
    try {
      const answer = await fetch(`/names/check?${asked}`, { credentials: "same-origin" });
      if (answer.ok && asked === this.asked) this.show(await answer.text());
    } catch {
      // away: the check comes again when the page is saved
    }
  }

  show(text) {
    const page = new DOMParser().parseFromString(text, "text/html");
    this.answer.replaceChildren(...page.body.childNodes);
  }
}
