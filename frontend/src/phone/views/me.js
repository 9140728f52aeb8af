/** 我的: who I am here, what has been sent and what not, what needs me, the storage, and going away. */
import { postForm } from "../api.js";
import { ask, fill, h, icon, toast } from "../dom.js";
import { ownItems, ownWaiting, put, remove, waiting } from "../outbox.js";
import { send, sending } from "../send.js";
import { app } from "../state.js";
import { forget } from "../store.js";
import { askToStay, isInstalled, storage, warnings } from "../warnings.js";
import { momentWords, sizeWords } from "../words.js";
import { todayCount } from "./duties.js";
import { head, refusedItems, showTabs } from "./frame.js";

const SHOWN = 20;
const WORDS = { waiting: "待发送", done: "已发送", void: "已处理" };

export function showMe() {
  showTabs("me", todayCount());
  const own = app.data.posts.find((one) => one.id === app.data.post);
  fill("top", head(app.data.person.name, own ? own.name : app.data.unit.name));
  fill("app", warningLines(), toSettle(), outbox(), posts(), storageCard(), links(),
    h("button", { type: "button", class: "btn wide", onclick: () => void signOut() }, icon("logout"), "退出登录"));
}

const warningLines = () => warnings().map((one) => h("p", { class: `note ${one.state}`, "data-warning": true }, icon("alert-triangle", 20), h("span", null, one.text)));

function toSettle() {
  const list = refusedItems();
  return list.length > 0 && [
    h("div", { class: "gp" }, h("h2", null, "待处理"), "填的内容都在，改好再发", h("span", null, `${list.length} 条`)),
    list.map((item) => h("section", { class: "du bad", "data-refused": item.id },
      h("div", { class: "t" }, item.label || "记录"),
      h("div", { class: "m" }, `${momentWords(item.captured_at)} 填写`),
      h("p", { class: "explain late ink" }, item.sentence),
      h("div", { class: "a" },
        againLink(item),
        h("button", { type: "button", class: "b2", onclick: () => void makeVoid(item) }, "作废")))),
  ];
}

/** Where a refused command is filled in again, by what it is. */
function againLink(item) {
  const kind = item.kind || "record.file";
  const to = { "record.file": `#/again/${item.id}`, "hazard.report": `#/again/${item.id}?kind=hazard.report`, "hazard.move": `#/hazard/${item.payload?.hazard || item.hazard}`, "inspection.part": `#/visit/${item.payload?.visit}`, "inspection.finish": `#/visit/${item.payload?.visit}` }[kind];
  return to ? h("a", { class: "b1 b3", href: to }, icon("edit", 20), kind === "hazard.move" ? "看最新情况" : "重新填写") : h("span");
}

async function makeVoid(item) {
  const chosen = await ask("作废这一条？", "作废后不再发送，也不计入任何要求。原来填的内容会留在操作记录里。", [["", "不作废"], ["重复记录", "重复了"], ["不用再记", "不用记", "btn-danger"]]);
  if (!chosen) return;
  await put({ kind: "command.settle", label: `作废：${item.label}`, icon: "trash", payload: { command: item.id, why: chosen } });
  if (app.data.refused) app.data.refused = app.data.refused.filter((one) => one.id !== item.id);
  const local = ownItems().find((one) => one.id === item.id);
  if (local && !local.answered_at) await remove(item.id);
  void send();
}

function outbox() {
  const list = ownItems().filter((item) => item.state !== "refused").reverse();
  const left = ownWaiting().length;
  return [
    h("div", { class: "gp" }, h("h2", null, "发件箱"), left ? `待发 ${left} 条` : "都已发出",
      left > 0 && h("span", null, h("button", { type: "button", class: "link", onclick: () => void sendNow() }, icon("refresh", 18), "马上发"))),
    list.length ? h("div", { class: "lis" }, list.slice(0, SHOWN).map(line))
      : h("div", { class: "empty" }, icon("inbox", 36), h("b", null, "还没有从这部手机记过"), h("p", null, "记下的每一条都会列在这里，发没发出一看便知。")),
  ];
}

async function sendNow() {
  const count = await send();
  if (!count) toast(app.signedOut ? "登录已过期，请先登录。" : "还连不上，连上后会自动发。", { state: "due" });
}

function line(item) {
  const done = item.state === "done";
  const why = item.state === "waiting" && item.sentence ? item.sentence : "";
  return h("div", { class: `li ${done ? "dn" : ""}`, "data-item": item.id, "data-state": item.state },
    done ? h("span", { class: "tick-o" }, icon("check")) : icon(item.icon || "notes", 22),
    h("span", { class: "two" }, h("span", { class: "name" }, item.label), h("span", { class: "muted t13" }, momentWords(item.captured_at), item.files.length > 0 && ` · ${item.files.length} 个附件`, item.documents > 0 && ` · 满足 ${item.documents} 份文件`, why && ` · ${why}`)),
    h("small", null, item.state === "waiting" && sending() ? "正在发送" : WORDS[item.state]),
    (item.state === "waiting" || (done && item.kind === "record.file")) &&
      h("button", { type: "button", class: "more", "aria-label": `处理${item.label}`, onclick: () => void act(item) }, icon("dots-vertical", 20)));
}

async function act(item) {
  if (item.state === "waiting") {
    if ((await ask(`不发这条“${item.label}”？`, "删掉后这条就没有了，不能恢复。", [["", "留着"], ["go", "删掉", "btn-danger"]])) !== "go") return;
    toast((await remove(item.id)) ? "已删掉，没有发出。" : "已经发出，可以撤回。");
    return;
  }
  const why = await ask(`撤回“${item.label}”？`, "撤回后，它满足的各份文件同时退回未落实。", [["", "不撤回"], ["填错了", "填错了"], ["重复记录", "重复了"]]);
  if (!why) return;
  await put({ kind: "record.withdraw", label: `撤回：${item.label}`, icon: "arrow-back-up", payload: { record: item.id, why } });
  void send();
}

function posts() {
  if (app.data.posts.length < 2) return null;
  const change = async (event) => {
    const reply = await postForm("/phone/post/", { post: event.target.value });
    if (reply.status === 0) toast("没有网络，不能切换岗位。", { state: "due" });
    else location.reload();
  };
  return [h("div", { class: "gp" }, h("h2", null, "岗位")),
    h("div", { class: "card fd", style: "padding:12px" }, h("select", { "aria-label": "切换岗位", onchange: change }, app.data.posts.map((one) => h("option", { value: one.id, selected: one.id === app.data.post }, one.name))))];
}

function storageCard() {
  const rows = [
    ["已用空间", storage.used ? sizeWords(storage.used) : "很少"],
    ["浏览器会不会清掉", storage.persisted ? "不会，已获长期保存" : isInstalled() ? "已装在桌面" : "空间紧张时可能会"],
    ["待办更新于", app.fetchedAt ? momentWords(app.fetchedAt) : "还没有"],
  ];
  return [h("div", { class: "gp" }, h("h2", null, "手机里的存储")),
    h("div", { class: "lis" }, rows.map(([name, value]) => h("div", { class: "li" }, name, h("small", null, value))),
      !storage.persisted && navigator.storage?.persist && h("button", { type: "button", class: "li as-button", onclick: async () => { await askToStay(); showMe(); toast(storage.persisted ? "已获长期保存。" : "浏览器没有同意。把本页添加到主屏幕后再试。", { state: storage.persisted ? "ok" : "due" }); } }, "请浏览器长期保存", h("small"), icon("chevron-right", 20)))];
}

function links() {
  const { calendar, conflicts, desk } = app.data.links;
  const rows = [[calendar, "calendar", "把待办放进手机日历"], [conflicts, "inbox", "本单位的手机待处理"], [desk, "layout-dashboard", "电脑版"]].filter(([href]) => href);
  return h("div", { class: "lis links" }, rows.map(([href, sign, words]) => h("a", { class: "li", href }, icon(sign, 22), h("span", { class: "name" }, words), h("small"), icon("chevron-right", 20))));
}

/** Leaving warns of what was never sent; what other people left on this phone stays for them. */
async function signOut() {
  const left = ownWaiting().length + ownItems().filter((item) => item.state === "refused" && !item.answered_at).length;
  let unsentToo = waiting().length === 0;
  if (left) {
    const chosen = await ask(`还有 ${left} 条没有发出`, "现在退出，它们留在这部手机里，等您下次在这里登录后再发。", [["send", "先发送", "btn-primary"], ["leave", "留着并退出"], ["drop", "删掉并退出", "btn-danger"], ["", "不退出"]]);
    if (!chosen) return;
    if (chosen === "send") {
      await sendNow();
      return;
    }
    if (chosen === "drop" && (await ask(`真的删掉这 ${left} 条？`, "删掉后不能恢复。", [["", "不删"], ["go", "删掉", "btn-danger"]])) !== "go") return;
    if (chosen === "drop") for (const item of ownWaiting()) await remove(item.id);
    unsentToo = waiting().length === 0;
  }
  const reply = await postForm("/accounts/logout/", {});
  if (reply.status === 0) {
    toast("没有网络，退不出去。连上网络后再退出。", { state: "due" });
    return;
  }
  await forget({ unsentToo });
  location.replace("/accounts/login/?next=/phone/");
}

