// Tells while one types a name whether it may be had: what saving the page would say.  The
// server knows the application, so whose names do not stand in its way and who owns the company.

const WAIT = 500; // milliseconds after the last key
const ASKED = ["name_source", "division", "trade_name", "industry", "name_form"];

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
    if (event.isComposing || !ASKED.includes(name.replace(/^f_/, ""))) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), WAIT);
  }

  async ask() {
    const data = new FormData(this.form);
    const query = new URLSearchParams();
    for (const key of ASKED) if (data.has(`f_${key}`)) query.set(`f_${key}`, data.get(`f_${key}`));
    const asked = query.toString();
    if (asked === this.asked) return;
    this.asked = asked;
    if (!query.get("f_trade_name").trim()) return this.answer.replaceChildren();
    try {
      const answer = await fetch(`${location.pathname}/name?${asked}`, { credentials: "same-origin" });
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
