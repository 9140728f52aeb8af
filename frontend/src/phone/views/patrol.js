/** 巡查: the day's rounds and visits, its checks, then every check that the unit has. */
import { fill, h, icon, pill } from "../dom.js";
import { dueRounds, isMine, routeOf, routes, walkedHere } from "../rounds.js";
import { startOneTap } from "../recording.js";
import { duties } from "../standing.js";
import { app } from "../state.js";
import { dayOf, dayWords, momentWords, timeOf, today } from "../words.js";
import { visitLines } from "./visits.js";
import { card, doneLine } from "./cards.js";
import { todayCount } from "./duties.js";
import { head, showTabs } from "./frame.js";

const isCheck = (sheet) => Boolean(sheet) && (sheet.quick || sheet.fields.some((f) => f.type === "check"));

export function showPatrol() {
  startOneTap();
  showTabs("patrol", todayCount());
  const mine = duties().filter((duty) => isCheck(app.sheets.get(duty.sheet)) && !duty.missed);
  const open = mine.filter((duty) => !duty.done && duty.due <= today());
  const done = mine.filter((duty) => duty.done && (duty.own.length || duty.every === "daily"));
  const rest = [...app.sheets.values()].filter(isCheck);
  const rounds = dueRounds().filter((one) => dayOf(one.due) === today() && isMine(one));
  const visits = visitLines();
  fill("top", head("巡查", "看到正常点一下，看到问题写一句", open.length + rounds.length + visits.today, "今天要查"));
  fill("app", visits.lines, roundLines(rounds),
    open.length ? [gp("今天要查", `${open.length} 项`), open.map(card)]
      : !rounds.length && !visits.today && h("div", { class: "empty" }, icon("mood-check", 36), h("b", null, done.length ? "今天该查的都查了" : "今天没有要查的"), h("p", null, "临时检查可以从下面选。")),
    walked(),
    done.length > 0 && [gp("已查", `${done.length} 项`), h("div", { class: "lis" }, done.map(doneLine))],
    rest.length > 0 && app.data.may_write && [gp("随时可查", ""), h("div", { class: "lis" }, rest.map((sheet) =>
      h("a", { class: "li", href: `#/fill/${sheet.key}` }, icon(sheet.icon, 22), h("span", { class: "name" }, sheet.name),
        h("small", null, `${sheet.fields.filter((f) => f.type === "check").length} 项`), icon("chevron-right", 20))))]);
}

/** Rounds that are due today, then every route, for a round more than was asked. */
function roundLines(due) {
  const href = (one) => `#/round/${one.route}?${new URLSearchParams({ period: one.period, slot: one.slot })}`;
  const isOver = (one) => Date.parse(one.due) < Date.now();
  const free = routes().filter((route) => !due.some((one) => one.route === route.id));
  return [
    due.length > 0 && [gp("今天要走的路线", `${due.length} 趟`), due.map((one) => h("section", { class: "du", "data-round": one.route },
      h("div", { class: "t" }, routeOf(one.route).name, pill(isOver(one) ? "due" : "go", isOver(one) ? `${timeOf(one.due)} 前没走，现在走也行` : `${timeOf(one.due)} 前`)),
      h("div", { class: "m" }, `${routeOf(one.route).stops.length} 个点位`),
      h("div", { class: "a single" }, h("a", { class: "b1 b3", href: href(one) }, icon("route", 20), "开始走"))))],
    free.length > 0 && [gp(due.length ? "其他路线" : "巡查路线", ""), h("div", { class: "lis" }, free.map((route) =>
      h("a", { class: "li", href: `#/round/${route.id}` }, icon("route", 22), h("span", { class: "name" }, route.name), h("small", null, next(route)), icon("chevron-right", 20))))],
  ];
}

function next(route) {
  const one = dueRounds().find((each) => each.route === route.id);
  return one ? `下一趟 ${dayWords(dayOf(one.due), { weekday: false })} ${timeOf(one.due)} 前` : "";
}

function walked() {
  const list = walkedHere(new Date(Date.parse(`${today()}T00:00:00+08:00`)).toISOString());
  return list.length > 0 && [gp("走过的", `${list.length} 趟`), h("div", { class: "lis" }, list.map((item) => h("div", { class: "li dn" }, h("span", { class: "tick-o" }, icon("check")),
    h("span", { class: "two" }, h("span", { class: "name" }, item.label)), h("small", null, `${momentWords(item.captured_at).replace("今天 ", "")} ${item.state === "waiting" ? "待发送" : "已发送"}`))))];
}

const gp = (words, end) => h("div", { class: "gp" }, h("h2", null, words), end && h("span", null, end));
