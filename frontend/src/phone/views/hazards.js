/** 我的隐患: what waits for me, what I reported, what else is open here. */
import { fill, h, icon, pill } from "../dom.js";
import { hazards, LEVELS, levelWord, ownReports } from "../hazards.js";
import { app } from "../state.js";
import { dayWords, momentWords, today } from "../words.js";
import { back, showTabs } from "./frame.js";

export function showHazards() {
  showTabs("fill");
  fill("top", back("隐患"));
  const list = hazards();
  const mine = list.filter((one) => one.moves?.length && !one.own);
  const told = list.filter((one) => one.mine && !mine.includes(one));
  const rest = list.filter((one) => !mine.includes(one) && !told.includes(one));
  const sent = ownReports();
  fill("app",
    block("等我办", mine),
    sent.length > 0 && [gp("刚上报的", sent.length), h("div", { class: "lis" }, sent.map((item) => h("div", { class: "li tall" }, icon("alert-triangle", 22),
      h("span", { class: "two" }, h("span", { class: "name" }, item.payload.words), h("span", { class: "muted t13" }, momentWords(item.captured_at))),
      h("small", null, item.state === "waiting" ? "待发送" : "已发送"))))],
    block("我上报的", told),
    block("本单位其他没销号的", rest),
    !list.length && !sent.length && h("div", { class: "empty" }, icon("mood-check", 36), h("b", null, "没有还没销号的隐患"), h("p", null, "看到问题就点“随手报”，半分钟就行。")),
    app.data.may_report && h("a", { class: "bigbtn", href: "#/report" }, icon("camera-plus", 20), "随手报"));
}

const gp = (words, count) => h("div", { class: "gp" }, h("h2", null, words), h("span", null, `${count} 件`));
const block = (words, list) => list.length > 0 && [gp(words, list.length), h("div", { class: "lis" }, list.map(line))];

export const levelTag = (level) => h("span", { class: `lv lv${LEVELS.findIndex(([key]) => key === level) + 1}` }, levelWord(level));

export function line(one) {
  const where = [one.unit, one.place, one.own ? `${one.own.label}，${one.own.state === "waiting" ? "待发送" : "已发送"}` : one.label].filter(Boolean).join(" · ");
  return h("a", { class: "li tall", href: `#/hazard/${one.id}`, "data-hazard": one.id }, levelTag(one.level),
    h("span", { class: "two" }, h("span", { class: "name" }, one.words), h("span", { class: "muted t13" }, where)),
    one.due && (one.due < today() ? pill("late", `${dayWords(one.due, { weekday: false })}到期`) : h("small", null, `${dayWords(one.due, { weekday: false })}前`)), icon("chevron-right", 20));
}
