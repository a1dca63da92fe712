// Conditions of service definitions in the browser, for comfort: the same small subset of
// JsonLogic as servicedesk/catalogue/conditions.py, which decides.  Pure: no page is touched.

const NUMBER = /^[+-]?\d{1,40}(\.\d{1,40})?$/;

export function holds(condition, answers) {
  return truth(value(condition, answers));
}

export function value(rule, data) {
  if (Array.isArray(rule)) return rule.map((part) => value(part, data));
  if (rule === null || typeof rule !== "object") return rule;
  const entries = Object.entries(rule);
  if (entries.length !== 1) return null;
  const [operator, raw] = entries[0];
  const parts = Array.isArray(raw) ? raw : [raw];
  if (operator === "var") return lookUp(data, parts[0]);
  if (operator === "some" || operator === "count") return overList(operator, parts, data);
  return apply(operator, parts.map((part) => value(part, data)));
}

function apply(operator, values) {
  const [one, other] = values;
  switch (operator) {
    case "and": return values.every(truth);
    case "or": return values.some(truth);
    case "!": return !truth(one);
    case "!!": return truth(one);
    case "==": return same(one, other);
    case "!=": return !same(one, other);
    case "<": return ordered(one, other, (a, b) => a < b);
    case "<=": return ordered(one, other, (a, b) => a <= b);
    case ">": return ordered(one, other, (a, b) => a > b);
    case ">=": return ordered(one, other, (a, b) => a >= b);
    case "in": return isIn(one, other);
    default: return null;
  }
}

function overList(operator, parts, data) {
  let entries = value(parts[0], data);
  if (!Array.isArray(entries)) entries = [];
  if (parts.length > 1) entries = entries.filter((entry) => truth(value(parts[1], entry)));
  return operator === "count" ? entries.length : entries.length > 0;
}

function lookUp(data, path) {
  if (typeof path !== "string") return null;
  if (path === "") return data;
  let found = data;
  for (const step of path.split(".")) {
    if (found === null || typeof found !== "object" || !Object.hasOwn(found, step)) return null;
    found = found[step];
  }
  return found ?? null;
}

function truth(one) {
  if (Array.isArray(one)) return one.length > 0;
  if (one !== null && typeof one === "object") return Object.keys(one).length > 0;
  return Boolean(one);
}

function number(one) {
  if (typeof one !== "number" && typeof one !== "string") return null;
  return NUMBER.test(String(one)) ? Number(one) : null;
}

function same(one, other) {
  if (typeof one === "string" && typeof other === "string") return one === other;
  if (typeof one === "boolean" || typeof other === "boolean") return one === other;
  const [a, b] = [number(one), number(other)];
  if (a !== null && b !== null) return a === b;
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null); // lists, entry by entry
}

function ordered(one, other, compare) {
  const [a, b] = [number(one), number(other)];
  if (a !== null && b !== null) return compare(a, b);
  return typeof one === "string" && typeof other === "string" && compare(one, other);
}

function isIn(one, other) {
  if (Array.isArray(other)) return other.some((entry) => same(one, entry));
  return typeof one === "string" && typeof other === "string" && other.includes(one);
}
