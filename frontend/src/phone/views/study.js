/** 学习: the documents in force here, and the records of teaching. Nothing is graded, nothing is ticked off. */
import { fill, h, icon } from "../dom.js";
import { app } from "../state.js";
import { dayWords } from "../words.js";
import { tierWords } from "./cards.js";
import { todayCount } from "./duties.js";
import { head, showTabs } from "./frame.js";

const TEACHING = ["教育", "培训", "心理"];

export function showStudy() {
  showTabs("study", todayCount());
  fill("top", head("学习", "正在执行的文件，以及教育和培训的记录"));
  const sheets = [...app.sheets.values()].filter((sheet) => TEACHING.includes(sheet.group));
  fill("app",
    h("div", { class: "gp" }, h("h2", null, "正在执行的文件"), h("span", null, `${app.data.documents.length} 份`)),
    app.data.documents.length
      ? h("div", { class: "lis" }, app.data.documents.map(documentLine))
      : h("div", { class: "empty" }, icon("books", 36), h("b", null, "还没有文件在执行"), h("p", null, "上级发布文件后会出现在这里。")),
    app.data.may_write && sheets.length > 0 && [
      h("div", { class: "gp" }, h("h2", null, "记录教育和培训")),
      h("div", { class: "lis" }, sheets.map((sheet) => h("a", { class: "li", href: `#/fill/${sheet.key}` }, icon(sheet.icon, 22), h("span", { class: "name" }, sheet.name), h("small"), icon("chevron-right", 20)))),
    ]);
}

function documentLine(one) {
  const mine = app.data.duties.filter((duty) => duty.sources.some((source) => app.data.documents[source.document] === one)).length;
  const content = [
    h("span", { class: "tier" }, tierWords(one.tier, one.issuer)),
    h("span", { class: "two" }, h("span", { class: "name serif" }, one.short), h("span", { class: "muted t13" }, `${one.issuer} · ${dayWords(one.until, { weekday: false })}止 · 本单位现有 ${mine} 件事`)),
  ];
  return one.url ? h("a", { class: "li tall", href: one.url }, content, icon("chevron-right", 20)) : h("div", { class: "li tall" }, content);
}
