// Keeps the running total of a group current while amounts are typed:
//   <div data-total="f_contribution" data-target="f_capital">.  The server adds up the same.

export function addUp(root) {
  for (const part of root.querySelectorAll("[data-total]")) {
    const form = part.closest("form");
    form?.addEventListener("input", () => show(part, form));
  }
}

function amountIn(input) {
  const typed = (input?.value ?? "").normalize("NFKC").trim();
  const isAmount = /^(\d+|\d{1,3}([, '])\d{3}(\2\d{3})*)(\.\d{1,2})?$/.test(typed); // as web/amounts.py
  return isAmount ? Math.round(Number(typed.replace(/[, ']/g, "")) * 100) : 0;
}

function show(part, form) {
  const { total, target, language } = part.dataset;
  const inputs = form.querySelectorAll(`[name$="-${total}-amount"]`);
  const sum = [...inputs].reduce((so, input) => so + amountIn(input), 0);
  const goal = amountIn(form.elements.namedItem(`${target}-amount`));
  if (!goal) return;
  const format = new Intl.NumberFormat(language, { minimumFractionDigits: 2 });
  const write = (cents) => format.format(cents / 100);
  part.querySelector("[data-sum]").textContent = `${write(sum)} / ${write(goal)}`;
  part.querySelector("[data-bar]").setAttribute("width", Math.min(100, (100 * sum) / goal));
  const light = part.querySelector("[data-light]");
  if (!light) return;
  light.className = `sd-light ${sum === goal ? "is-ok" : "is-bad"}`;
  const words = sum === goal ? part.dataset.right : sum < goal ? part.dataset.missing : part.dataset.over;
  light.querySelector(".bi").className = `bi bi-${sum === goal ? "check-circle-fill" : "exclamation-circle"}`;
  light.querySelector("span").textContent = words.replace("{amount}", write(Math.abs(goal - sum)));
}
