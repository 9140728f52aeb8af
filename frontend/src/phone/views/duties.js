/** 待办: today, what can still be made up, this week, this term. */
import { fill, h, icon, pill } from "../dom.js";
import { startOneTap } from "../recording.js";
import { grouped } from "../standing.js";
import { app } from "../state.js";
import { dayWords, greeting, minutesWords, momentWords, today } from "../words.js";
import { warnings } from "../warnings.js";
import { card, doneLine, line } from "./cards.js";
import { head, showTabs } from "./frame.js";

const FIRST = 8; // lines of a long group before 还有 N 件
let all = false;
let term = false;

const sum = (list) => list.reduce((total, duty) => total + (duty.minutes || 0), 0);
const title = (words, note, end) => h("div", { class: "gp" }, h("h2", null, words), note, end && h("span", null, end));

export function todayCount() {
  return app.data ? grouped(false).today.length : 0;
}

export function showDuties() {
  startOneTap();
  const groups = grouped(all);
  showTabs("", groups.today.length);
  const day = `${dayWords(today())} · ${app.data.week} · ${greeting()}，${app.data.person.name.replace("（演示）", "")}`;
  fill("top", head(app.data.unit.name, day, groups.today.length, "今天要做"));
  fill("app",
    warnings().filter((one) => one.state === "late").map((one) => h("p", { class: `note ${one.state}` }, icon("alert-triangle", 20), h("span", null, one.text))),
    groups.today.length ? [title("今天", `预计 ${minutesWords(sum(groups.today))}`, `共 ${groups.today.length} 件`), groups.today.map(card)] : !(app.data.waiting || []).length && nothing(groups),
    waits(),
    asked(),
    groups.done.length > 0 && [title("已完成", "", `${groups.done.length} 件`), h("div", { class: "lis" }, groups.done.map(doneLine))],
    groups.late.length > 0 && [title("还可以补", "做过的补记一次就行", `${groups.late.length} 件`), more(groups.late, card)],
    groups.week.length > 0 && [title("本周", `约 ${minutesWords(sum(groups.week))}`, `${groups.week.length} 件`), h("div", { class: "lis" }, groups.week.map(line))],
    groups.term.length > 0 && [title("本学期及以后", "", `${groups.term.length} 件`), more(groups.term, line, "lis")],
    (groups.others > 0 || all) && h("button", { type: "button", class: "btn wide", onclick: () => { all = !all; showDuties(); } }, icon("users"), all ? "只看我的" : `看本单位其他岗位的 ${groups.others} 件`),
    h("p", { class: "stamp" }, app.fetchedAt ? `截至 ${momentWords(app.fetchedAt)}` : ""));
}

/** Cases whose next step is the person's: hazards, rounds, visits. */
function waits() {
  const list = app.data.waiting || [];
  return list.length > 0 && [title("等我办", "", ""), h("div", { class: "lis" }, list.map((one) =>
    h("a", { class: "li", href: one.href }, icon(one.icon, 22), h("span", { class: "name" }, one.words), one.late ? pill("late", `${one.late} 件过期`) : "", h("small", null, `${one.count} 件`), icon("chevron-right", 20))))];
}

/** What an office asks for; it is handed in on its own page, which needs a network. */
function asked() {
  const list = app.data.tasks || [];
  const state = (task) => (task.returned ? "已退回" : `${dayWords(task.due, { weekday: false })}${task.late ? "到期" : "前"}`);
  return list.length > 0 && [title("派来的任务", "", `${list.length} 件`), h("div", { class: "lis" }, list.map((task) =>
    h("a", { class: "li tall", href: task.url }, h("span", { class: "two" }, h("span", { class: "name" }, task.title), h("span", { class: "muted t13" }, task.who)),
      task.late || task.returned ? pill("late", state(task)) : h("small", null, state(task)), icon("chevron-right", 20))))];
}

function more(list, draw, cls = "") {
  const shown = term ? list : list.slice(0, FIRST);
  const rest = list.length - shown.length;
  return [h("div", { class: cls }, shown.map(draw)),
    rest > 0 && h("button", { type: "button", class: "btn wide", onclick: () => { term = true; showDuties(); } }, `还有 ${rest} 件`)];
}

function nothing(groups) {
  const next = groups.week[0] || groups.term[0];
  return h("div", { class: "empty" }, icon("mood-check", 36), h("b", null, "今天没有要做的事"),
    h("p", null, next ? `下一件：${next.name}，${dayWords(next.due)}前。` : "有新的要求会出现在这里。"));
}
