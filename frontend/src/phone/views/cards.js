/** A duty as a card with its two buttons, and as a line in a list; the why panel behind the blue chip. */
import { allWell } from "../answers.js";
import { h, icon, panel, pill } from "../dom.js";
import { lastOf, recordAllWell } from "../recording.js";
import { app } from "../state.js";
import { dayWords, dueWords, momentWords } from "../words.js";

const TIERS = { national: "国", ministry: "国", province: "省", city: "市", county: "县", township: "镇", school: "校" };

/** The tag of who issued a document; a district calls itself 区. */
export const tierWords = (tier, issuer = "") => (tier === "county" && /区/.test(issuer) ? "区" : TIERS[tier] || "部门");

export const fillHref = (duty, more = {}) => {
  const query = new URLSearchParams({ ...(duty.about ? { about: duty.about } : {}), key: duty.key, ...more });
  return `#/fill/${duty.sheet}?${query}`;
};

export const also = (duty, short = false) => duty.documents > 0 &&
  h("button", { type: "button", class: "also", onclick: (e) => { e.preventDefault(); e.stopPropagation(); why(duty); } },
    icon("link"), `满足 ${duty.documents} 份${short ? "" : "文件"}`);

/** What is late is named by its day, not by how long it has been. */
const dueLabel = (duty) => {
  if (duty.missed) return duty.period;
  return duty.state === "late" ? `${dayWords(duty.due, { weekday: false })}到期` : dueWords(duty.due);
};

const detail = (duty) => {
  const count = duty.need > 1 ? `已 ${duty.count || 0} / ${duty.need} 次 · ` : "";
  return `${count}约 ${duty.minutes} 分钟`;
};

/** A card: 全部正常 for checks, else 开始记录. */
export function card(duty) {
  const sheet = app.sheets.get(duty.sheet);
  const one = sheet?.quick && !duty.about && !duty.missed && allWell(sheet, lastOf(duty.sheet), duty.where);
  const points = sheet?.fields.filter((f) => f.type === "check").length;
  const line = one && points ? `${points} 项 · ${detail(duty)}` : detail(duty);
  return h("section", { class: "du", "data-duty": duty.key },
    h("div", { class: "t" }, duty.name, pill(duty.state, dueLabel(duty))),
    h("div", { class: "m" }, line, also(duty)),
    duty.explain && h("p", { class: "explain" }, duty.explain),
    sheet && app.data.may_write && h("div", { class: `a ${one ? "" : "single"}` }, one ? oneTap(sheet, duty) : startButton(duty, sheet)));
}

function oneTap(sheet, duty) {
  let tapped = false;
  const well = (event) => {
    if (tapped) return;
    tapped = true;
    event.currentTarget.disabled = true;
    void recordAllWell(sheet, duty);
  };
  return [
    h("button", { type: "button", class: "b1", onclick: well }, icon("checks", 20), "全部正常"),
    h("a", { class: "b2", href: fillHref(duty, { quick: 1 }) }, "有问题"),
  ];
}

const startButton = (duty, sheet) => h("a", { class: "b1 b3", href: fillHref(duty) }, icon(sheet.icon, 20), duty.missed ? "补记" : "开始记录");

/** A line for what has time. */
export const line = (duty) => h("a", { class: "li", href: app.sheets.has(duty.sheet) && app.data.may_write ? fillHref(duty) : "#/" },
  h("span", { class: "two" }, h("span", { class: "name" }, duty.name), also(duty, true)),
  h("small", null, duty.due > app.data.today ? `${dayWords(duty.due, { weekday: false })}前` : dueLabel(duty)), icon("chevron-right", 20));

/** A line for what is done. */
export function doneLine(duty) {
  const item = duty.own[duty.own.length - 1];
  const state = item ? `${momentWords(item.happened_at).replace("今天 ", "")} ${item.state === "waiting" ? "待发送" : "已发送"}` : duty.period;
  return h("div", { class: "li dn" }, h("span", { class: "tick-o" }, icon("check")),
    h("span", { class: "two" }, h("span", { class: "name" }, duty.name), also(duty, true)),
    h("small", null, item && !duty.sure ? `${state}，待核对` : state));
}

/** Why this is to be done: the documents' words left, what they become here. */
export function why(duty) {
  const strict = duty.rhythm;
  const mixed = duty.sources.some((source) => source.rhythm !== strict);
  panel("为什么要做",
    h("div", { class: "one-duty" }, h("small", null, duty.documents > 1 ? `${duty.documents} 份文件合成一件事` : "要做的事"), h("b", null, duty.name), h("strong", null, strict)),
    duty.sources.map((source) => ({ ...source, of: app.data.documents[source.document] })).map((source) => h("article", { class: mixed && source.rhythm === strict ? "src strict" : "src" },
      h("div", { class: "of" }, h("span", { class: "tier" }, tierWords(source.of.tier, source.of.issuer)), h("span", { class: "serif" }, source.of.short),
        source.rhythm === strict && mixed && h("span", { class: "most" }, "最严")),
      h("p", { class: "serif" }, source.duty),
      h("div", { class: "rhythm" }, icon(source.done ? "circle-check" : "repeat", 16), h("b", null, source.rhythm), source.done && "本期已落实",
        source.of.url && h("a", { href: source.of.url }, "看原文"),
        app.data.links.ask && source.key && h("a", { href: `${app.data.links.ask}?requirement=${encodeURIComponent(source.key)}` }, "不该做？")))),
    duty.documents > 1 && h("p", { class: "muted" }, icon("checks", 18), ` 记一次，${duty.documents} 份文件同时落实。`),
    app.sheets.has(duty.sheet) && app.data.may_write && h("a", { class: "bigbtn", href: fillHref(duty), onclick: (e) => e.currentTarget.closest("dialog").close() }, icon(duty.icon, 20), duty.missed ? "补记" : "记录"));
}
