/** One hazard: what was seen, what was done, and the steps that are mine to take, with or without a network. */
import { draftKey, Work } from "../drafts.js";
import { fill, h, icon, toast } from "../dom.js";
import { checkItems, command, hazards, LEVELS, MOST_PHOTOS } from "../hazards.js";
import { files } from "../shots.js";
import { app, part } from "../state.js";
import { addDays, dayWords, today } from "../words.js";
import { back, refusedItems, showTabs } from "./frame.js";
import { levelTag } from "./hazards.js";

const STEPS = ["上报", "研判", "整改", "验收", "销号"];

/** What a move asks for, by column: [label, kind]. A move that asks for anything else is left to the desk. */
const ASKED = {
  category: ["类别", "category"], level: ["等级", "level"], level_why: ["为什么", "text"], responsible: ["整改责任人", "person"],
  measures: ["整改措施", "text"], funds: ["资金", "line"], fix_by: ["整改时限", "date"], plan: ["应急预案", "text"],
  interim: ["没改好之前怎么防护", "text"], decision: ["意见", "text"], done: ["怎么改的", "text"], ask_until: ["延到哪一天", "date"], ask_why: ["为什么要延期", "text"],
};
const WITH_PHOTOS = ["hand_in", "answer"];

export const movesOf = (one) => (one.moves || []).map((key) => part("moves").find((move) => move.key === key)).filter((move) => move && move.asks.every(([name]) => ASKED[name]));

export async function showHazard(id) {
  showTabs("fill");
  fill("top", back("隐患"));
  const one = hazards().find((each) => each.id === id);
  if (!one) {
    fill("app", h("p", { class: "note due" }, icon("info-circle", 20), h("span", null, "这件隐患不在手机上：可能已经销号，或者不归您现在的岗位。")), desk(id));
    return null;
  }
  const place = h("div");
  const moves = one.own ? [] : movesOf(one);
  let work = null;
  const open = async (move) => {
    if (work) await work.leave();
    work = await openMove(one, move, place);
  };
  fill("app", facts(one), pictures(one), steps(one),
    one.own && h("p", { class: "note" }, icon("cloud-upload", 20), h("span", null, `${one.own.label}：${one.own.state === "waiting" ? "存在手机里，连上就发" : "已发送"}`)),
    moves.length > 0 && h("div", { class: "mvs" }, moves.map((move, at) => h("button", { type: "button", class: at ? "b2" : "b1 b3", "data-move": move.key, onclick: () => void open(move) }, icon(move.icon, 20), move.name))),
    place, desk(id));
  return () => work?.leave();
}

const pageOf = (id) => app.data.links.hazard.replace("00000000-0000-0000-0000-000000000000", id);

const desk = (id) => app.data.links.hazard && h("div", { class: "lis links" }, h("a", { class: "li", href: pageOf(id) },
  icon("file-text", 22), h("span", { class: "name" }, "全部经过"), h("small", null, "要连网"), icon("chevron-right", 20)));

function facts(one) {
  const rows = [["地点", [one.unit, one.place].filter(Boolean).join(" ")], ["编号", one.number], ["上报", [one.by, one.found && dayWords(one.found)].filter(Boolean).join(" · ")],
    ["现在在谁那里", one.holder], ["期限", one.due && `${dayWords(one.due)}${one.due < today() ? "，已到期" : "前"}`], ["整改措施", one.measures], ["防护", one.interim], ["怎么改的", one.done], ["退回意见", one.returned && one.decision]];
  return h("section", { class: "du" }, h("div", { class: "t" }, h("span", null, one.words), levelTag(one.level)),
    h("dl", { class: "fx" }, rows.filter(([, value]) => value).map(([name, value]) => [h("dt", null, name), h("dd", null, value)])));
}

/** Before and after side by side, from the case: a body that was given it sees them too. They need a network. */
function pictures(one) {
  const pic = (id, word) => h("figure", { class: "pic" }, h("img", { src: app.data.links.hazard ? `${pageOf(one.id)}photos/${id}/` : `/files/${id}/`, alt: `${word}的照片`, loading: "lazy" }), h("span", { class: "a" }, word));
  const all = [...(one.photos || []).map((id) => pic(id, "整改前")), ...(one.after || []).map((id) => pic(id, "整改后"))];
  return all.length > 0 && (app.reachable ? h("div", { class: "pics two" }, all) : h("p", { class: "why-line" }, `有 ${all.length} 张照片，连上网络后能看。`));
}

function steps(one) {
  return h("div", { class: "card strip-card" }, h("ol", { class: "strip" }, STEPS.map((word, at) => {
    const state = at < one.at ? "done" : at === one.at ? "now" : "";
    return h("li", { class: state, "data-n": at + 1 }, word, at === one.at && h("small", null, one.label));
  })));
}

async function openMove(one, move, place) {
  const start = { photos: [], ...starting(one, move) };
  const work = await Work.open(draftKey(app.data.unit.id, `hazard.${move.key}`, one.id), start);
  const wrong = h("p", { class: "fd-top", role: "alert", hidden: true });
  const submit = async () => {
    const missing = move.asks.filter(([name]) => !String(work.get(name) || "").trim()).map(([, sentence]) => sentence);
    if (WITH_PHOTOS.includes(move.key) && !work.get("photos").length) missing.push("请拍整改后的照片。");
    wrong.hidden = !missing.length;
    wrong.textContent = missing.join("");
    if (missing.length) return wrong.scrollIntoView({ block: "center" });
    const filled = Object.fromEntries(move.asks.map(([name]) => [name, work.get(name)]));
    if (work.get("person")) filled.person = work.get("person");
    const payload = { hazard: one.id, move: move.key, seen: one.step, filled, photos: work.get("photos"), unit: one.unit_id || app.data.unit.id };
    if (!(await command("hazard.move", `${move.name}：${one.words}`, move.icon, payload, work.blobs(work.get("photos")), { replaces: refusedOf(one.id) }))) return null;
    await work.drop();
    toast(app.reachable && navigator.onLine ? "已办。" : "已记下，连上就发。");
    location.hash = "#/hazards";
    return null;
  };
  fill(place, h("form", { class: "fill", novalidate: true, onsubmit: (e) => { e.preventDefault(); void submit(); } },
    h("div", { class: "gp" }, h("h2", null, move.name)), wrong,
    move.asks.map(([name]) => field(name, work)),
    WITH_PHOTOS.includes(move.key) && h("div", { class: "fd" }, h("label", null, "整改后的照片"), files({ key: "photos", type: "photo", max: MOST_PHOTOS }, work.get("photos"), (ids) => work.set("photos", ids), work),
      h("small", { class: "help" }, "最好和整改前同一个位置拍"))));
  fill("act", h("div", { class: "ph-act" }, h("button", { type: "button", class: "bigbtn", onclick: () => void submit() }, icon("send", 20), move.name)));
  place.scrollIntoView({ block: "start", behavior: "smooth" });
  return work;
}

/** The refused step that this one takes the place of, if there is one. */
const refusedOf = (id) => refusedItems().find((item) => item.kind === "hazard.move" && (item.payload?.hazard || item.hazard) === id)?.id || "";

/** What the person would write most often. */
function starting(one, move) {
  const start = { category: one.category || "", level: one.level || "" };
  if (move.key === "verify") return { ...start, decision: "现场查看，已整改到位。" };
  if (move.key !== "assign") return start;
  return { ...start, funds: "不用资金", fix_by: addDays(today(), 1), plan: "发现险情立即疏散并报告", interim: "设置警示，安排专人看护" };
}

function field(name, work) {
  const [label, kind] = ASKED[name];
  return h("div", { class: "fd", "data-field": name }, h("label", { for: `f-${name}` }, label), CONTROLS[kind](name, work));
}

const input = (name, work, more) => h("input", { id: `f-${name}`, value: work.get(name) || "", maxlength: 120, oninput: (e) => work.set(name, e.target.value), ...more });

const CONTROLS = {
  line: (name, work) => input(name, work),
  date: (name, work) => input(name, work, { type: "date", min: today() }),
  text: (name, work) => h("textarea", { id: `f-${name}`, rows: 2, maxlength: 300, value: work.get(name) || "", oninput: (e) => work.set(name, e.target.value) }),
  category: (name, work) => h("select", { id: `f-${name}`, onchange: (e) => work.set(name, e.target.value) }, h("option", { value: "" }, "请选择"),
    [...new Map(checkItems().map((item) => [item.category, item.group]))].map(([key, words]) => h("option", { value: key, selected: work.get(name) === key }, words))),
  level: (name, work) => {
    const group = h("div", { class: "lvs", role: "radiogroup" });
    const draw = () => fill(group, LEVELS.map(([key, word, n]) => h("button", { type: "button", class: `lvb l${n}`, role: "radio", "aria-checked": String(work.get(name) === key), onclick: () => { work.set(name, key); draw(); } }, h("i"), word)));
    draw();
    return group;
  },
  /** A colleague from the list, or anybody by name: a worker without an account. */
  person: (name, work) => {
    const typed = input(name, work, { placeholder: "或者写名字，例如维修公司", maxlength: 60, oninput: (e) => { work.values.person = ""; work.set(name, e.target.value); } });
    const choose = (post) => { work.values.person = post.id; typed.value = post.name; work.set(name, post.name); mark(); };
    const list = h("div", { class: "opts" }, part("people").map((post) => h("button", { type: "button", class: "opt", "data-key": post.id, onclick: () => choose(post) }, `${post.name} · ${post.role}`)));
    const mark = () => [...list.children].forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.key === work.get("person"))));
    mark();
    return h("div", null, list, typed);
  },
};
