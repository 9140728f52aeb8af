/** 记别的事: any record that this unit may write, the lately used first. */
import { fill, h, icon } from "../dom.js";
import { ownItems } from "../outbox.js";
import { app } from "../state.js";
import { back, showTabs } from "./frame.js";

const LATELY = 4;

export function showSheets() {
  showTabs("fill");
  fill("top", back("记别的事"));
  if (!app.data.may_write) return fill("app", h("p", { class: "note" }, icon("info-circle", 20), h("span", null, "您的岗位只看不填。需要填报时请联系本单位的管理员。")));
  const list = h("div");
  const search = h("input", { type: "search", class: "find", placeholder: "找一张表，例如：演练", "aria-label": "找一张表", oninput: (e) => draw(e.target.value.trim()) });
  const draw = (words) => fill(list, groups(words));
  fill("app", search, list);
  return draw("");
}

function groups(words) {
  const sheets = [...app.sheets.values()].filter((s) => !words || s.name.includes(words) || s.group.includes(words) || s.verb.includes(words));
  if (!sheets.length) return h("div", { class: "empty" }, icon("zoom-question", 36), h("b", null, "没有这张表"), h("p", null, "换个词再找，或用“通用记录”。"));
  const byGroup = new Map();
  for (const sheet of sheets) byGroup.set(sheet.group, [...(byGroup.get(sheet.group) || []), sheet]);
  const lately = words ? [] : latelyUsed();
  return [lately.length > 0 && block("最近用过", lately), ...[...byGroup].map(([name, some]) => block(name, some))];
}

function latelyUsed() {
  const keys = ownItems().filter((i) => i.kind === "record.file").reverse().map((i) => i.payload.sheet);
  const server = app.data.recent.filter((r) => r.own).map((r) => r.sheet);
  return [...new Set([...keys, ...server])].map((key) => app.sheets.get(key)).filter(Boolean).slice(0, LATELY);
}

const block = (name, sheets) => [
  h("div", { class: "gp" }, h("h2", null, name)),
  h("div", { class: "lis" }, sheets.map((sheet) => h("a", { class: "li", href: `#/fill/${sheet.key}` }, icon(sheet.icon, 22), h("span", { class: "name" }, sheet.name), h("small"), icon("chevron-right", 20)))),
];
