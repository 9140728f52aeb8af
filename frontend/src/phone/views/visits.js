/** The visits that wait for the inspector, as lines of 巡查. */
import { h, icon, pill } from "../dom.js";
import { isFinished, visits } from "../visits.js";
import { dayWords, today } from "../words.js";

/** {lines, today}: what to draw, and how many are for today. */
export function visitLines() {
  const open = visits().filter((one) => !isFinished(one));
  const due = open.filter((one) => one.on <= today());
  return {
    today: due.length,
    lines: open.length > 0 && [h("div", { class: "gp" }, h("h2", null, "我的督查"), h("span", null, `${open.length} 次`)), h("div", { class: "lis" }, open.map(line))],
  };
}

const line = (one) => h("a", { class: "li tall", href: `#/visit/${one.id}/${one.way}`, "data-visit": one.id }, icon(one.icon || "clipboard-check", 22),
  h("span", { class: "two" }, h("span", { class: "name" }, one.place), h("span", { class: "muted t13" }, `${one.mode} · ${one.lines.length} 项${one.head ? " · 您带队" : ""}`)),
  one.on === today() ? pill("due", "今天") : h("small", null, dayWords(one.on, { weekday: false })), icon("chevron-right", 20));

