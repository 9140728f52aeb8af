/** One round: a checklist by stops, run without a network. What is wrong at a stop becomes a hazard with the round. */
import { Work } from "../drafts.js";
import { fill, h, icon, toast } from "../dom.js";
import { command, MOST_PHOTOS } from "../hazards.js";
import { UNDO_SECONDS } from "../outbox.js";
import { canScan, scanPoint } from "../scan.js";
import { files } from "../shots.js";
import { routeOf } from "../rounds.js";
import { app } from "../state.js";
import { timeOf } from "../words.js";
import { back, showTabs } from "./frame.js";

const STATES = [["ok", "正常"], ["bad", "异常"], ["na", "没去"]];

export async function showRound(id, { period = "", slot = "" }) {
  showTabs("fill");
  const route = routeOf(id);
  if (!route) {
    fill("top", back("巡查"));
    fill("app", h("p", { class: "note due" }, icon("info-circle", 20), h("span", null, "这条路线不在手机上，可能已经停用。连上网络后再看。")));
    return null;
  }
  const work = await Work.open(`${app.data.unit.id}/round/${id}/${period}/${slot}`, { started_at: new Date().toISOString(), stops: {}, note: "" });
  new Round(route, work, { period, slot }).show();
  return () => work.leave();
}

class Round {
  constructor(route, work, due) {
    Object.assign(this, { route, work, due });
    this.rows = new Map(route.stops.map((stop) => [stop.id, h("section", { class: "du stop", "data-stop": stop.id })]));
    this.wrong = h("p", { class: "fd-top", role: "alert", hidden: true });
    this.count = h("span");
  }

  said(id) {
    return this.work.values.stops[id] || {};
  }

  show() {
    const { route, work } = this;
    fill("top", back(route.name));
    fill("app", work.isRestored && h("p", { class: "note" }, icon("history", 20), h("span", null, `接着 ${timeOf(work.values.started_at)} 开始的这一趟。`),
      h("button", { type: "button", class: "link", onclick: async () => { await work.drop(); location.reload(); } }, "重新走")),
      this.wrong,
      h("div", { class: "gp" }, h("h2", null, "点位"), this.count),
      h("div", { class: "rw" }, canScan() && h("button", { type: "button", class: "btn wide", onclick: () => void this.scan() }, icon("qrcode", 20), "扫码打点"),
        h("button", { type: "button", class: "btn wide", "data-all": true, onclick: () => this.allWell() }, icon("checks", 20), "其余全部正常")),
      [...this.rows.values()],
      h("div", { class: "fd" }, h("label", { for: "f-note" }, "这一趟要说的"), h("input", { id: "f-note", maxlength: 300, value: work.get("note"), oninput: (e) => work.set("note", e.target.value) })));
    fill("act", h("div", { class: "ph-act" }, h("button", { type: "button", class: "bigbtn", onclick: () => void this.submit() }, icon("send", 20), "走完了")));
    route.stops.forEach((stop) => this.drawStop(stop));
  }

  set(stop, values) {
    this.work.values.stops[stop.id] = { ...this.said(stop.id), at: new Date().toISOString(), ...values };
    this.work.save();
    this.drawStop(stop);
  }

  drawStop(stop) {
    const said = this.said(stop.id);
    const row = this.rows.get(stop.id);
    const buttons = h("div", { class: "opts three check", role: "radiogroup", "aria-label": stop.name }, STATES.map(([key, words]) =>
      h("button", { type: "button", class: "opt", role: "radio", "data-key": key, "aria-checked": String(said.state === key), onclick: () => this.set(stop, { state: key }) }, words)));
    fill(row, h("div", { class: "t" }, h("span", null, `${stop.n}. ${stop.name}`), said.scanned && h("span", { class: "pill ok" }, "已扫码")),
      stop.place && h("div", { class: "m" }, stop.place), buttons, said.state === "bad" && this.fault(stop, said));
    this.count.textContent = `${Object.values(this.work.values.stops).filter((one) => one.state).length} / ${this.route.stops.length}`;
  }

  /** What is wrong: checks by tap, a sentence, photos. It goes along as a hazard. */
  fault(stop, said) {
    const bad = said.bad || [];
    const tap = (key) => this.set(stop, { bad: bad.includes(key) ? bad.filter((one) => one !== key) : [...bad, key] });
    return h("div", { class: "fault" },
      stop.checks.length > 0 && h("div", { class: "opts", role: "group", "aria-label": "哪里异常" }, stop.checks.map(([key, words]) =>
        h("button", { type: "button", class: "opt", "aria-pressed": String(bad.includes(key)), onclick: () => tap(key) }, words))),
      h("input", { class: "find", maxlength: 300, placeholder: "发现了什么，一句话", "aria-label": `${stop.name}：发现了什么`, value: said.note || "",
        oninput: (e) => { this.work.values.stops[stop.id] = { ...this.said(stop.id), note: e.target.value }; this.work.save(); } }),
      files({ key: `p-${stop.id}`, type: "photo", max: Math.min(3, MOST_PHOTOS) }, said.photos || [], (ids) => { this.work.values.stops[stop.id] = { ...this.said(stop.id), photos: ids }; this.work.save(); }, this.work),
      h("p", { class: "why-line" }, icon("alert-triangle", 16), " 走完后自动成为一件隐患，不用另报。"));
  }

  /** One tap for every stop that nothing was said of, and five seconds to take it back. */
  allWell() {
    const before = structuredClone(this.work.values.stops);
    const open = this.route.stops.filter((stop) => !this.said(stop.id).state);
    if (!open.length) return;
    const at = new Date().toISOString();
    open.forEach((stop) => { this.work.values.stops[stop.id] = { state: "ok", at }; });
    this.work.save();
    open.forEach((stop) => this.drawStop(stop));
    toast(`${open.length} 个点位记为正常`, { action: "撤销", seconds: UNDO_SECONDS, onaction: () => {
      this.work.values.stops = before;
      this.work.save();
      this.route.stops.forEach((stop) => this.drawStop(stop));
    } });
  }

  async scan() {
    const token = await scanPoint();
    const stop = token && this.route.stops.find((one) => one.token === token);
    if (!stop) {
      if (token) toast("这个二维码不是这条路线上的点位。", { state: "due" });
      return;
    }
    this.set(stop, { scanned: true, ...(this.said(stop.id).state ? {} : { state: "ok" }) });
    this.rows.get(stop.id).scrollIntoView({ block: "center", behavior: "smooth" });
    toast(`${stop.name}：已打点，正常`);
  }

  missing() {
    const { stops } = this.work.values;
    const open = this.route.stops.filter((stop) => !stops[stop.id]?.state);
    if (open.length === this.route.stops.length) return ["一个点位都还没有看。", null];
    if (open.length) return [`还有 ${open.length} 个点位没有选。看过的选正常或异常，没去的选“没去”。`, open[0]];
    const mute = this.route.stops.find((stop) => stops[stop.id].state === "bad" && !(stops[stop.id].note || "").trim() && !(stops[stop.id].bad || []).length);
    return mute ? [`“${mute.name}”有异常，请写一句发现了什么。`, mute] : ["", null];
  }

  async submit() {
    const { work, route } = this;
    const [sentence, stop] = this.missing();
    this.wrong.hidden = !sentence;
    this.wrong.textContent = sentence;
    if (sentence) return (stop ? this.rows.get(stop.id) : this.wrong).scrollIntoView({ block: "center", behavior: "smooth" });
    const { stops, started_at, note } = work.values;
    const told = Object.fromEntries(Object.entries(stops).map(([id, one]) => [id, one.state === "bad" ? one : { state: one.state, at: one.at, scanned: Boolean(one.scanned) }]));
    const photos = Object.values(told).flatMap((one) => one.photos || []);
    const found = Object.values(told).filter((one) => one.state === "bad").length;
    const payload = { route: route.id, ...this.due, started_at, stops: told, note: note.trim(), seconds: work.seconds.spent() };
    if (!(await command("round.walk", `巡查：${route.name}`, "route", payload, work.blobs(photos)))) return null;
    await work.drop();
    toast(found ? `已记下，${found} 处异常成为隐患。` : "已记下，全部正常。");
    location.hash = "#/patrol";
    return null;
  }
}
