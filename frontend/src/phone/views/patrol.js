/** 巡查: the day's checks, then every check that the unit has. */
import { fill, h, icon } from "../dom.js";
import { startOneTap } from "../recording.js";
import { duties } from "../standing.js";
import { app } from "../state.js";
import { today } from "../words.js";
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
  fill("top", head("巡查", "看到正常点一下，看到问题写一句", open.length, "今天要查"));
  fill("app",
    open.length ? [gp("今天要查", `${open.length} 项`), open.map(card)]
      : h("div", { class: "empty" }, icon("mood-check", 36), h("b", null, done.length ? "今天该查的都查了" : "今天没有要查的"), h("p", null, "临时检查可以从下面选。")),
    done.length > 0 && [gp("已查", `${done.length} 项`), h("div", { class: "lis" }, done.map(doneLine))],
    rest.length > 0 && app.data.may_write && [gp("随时可查", ""), h("div", { class: "lis" }, rest.map((sheet) =>
      h("a", { class: "li", href: `#/fill/${sheet.key}` }, icon(sheet.icon, 22), h("span", { class: "name" }, sheet.name),
        h("small", null, `${sheet.fields.filter((f) => f.type === "check").length} 项`), icon("chevron-right", 20))))]);
}

const gp = (words, end) => h("div", { class: "gp" }, h("h2", null, words), end && h("span", null, end));
