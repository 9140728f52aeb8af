/** One visit: the checklist, line by line, without a network; then the signatures and the end. */
import { Work } from "../drafts.js";
import { fill, h, icon, panel, toast } from "../dom.js";
import { command } from "../hazards.js";
import { newId } from "../ids.js";
import { UNDO_SECONDS } from "../outbox.js";
import { files } from "../shots.js";
import { askSignature } from "../sign.js";
import { app, onChange, part } from "../state.js";
import { draftOf, isFinished, isSigned, linesOf, OWN, RESULTS, sentFor, visitOf } from "../visits.js";
import { dayWords } from "../words.js";
import { back, refusedItems, showTabs } from "./frame.js";

const MOST_PHOTOS = 9;

export async function showVisit(id, way) {
  showTabs("fill");
  const visit = visitOf(id, way);
  if (!visit) {
    fill("top", back("督查"));
    fill("app", h("p", { class: "note due" }, icon("info-circle", 20), h("span", null, "这次检查不在手机上：可能已经反馈，或者改派了。连上网络后再看。")));
    return null;
  }
  const work = await Work.open(draftOf(visit), { answers: {}, sent: {}, own: [], opinion: "" });
  const run = new Visit(visit, work);
  run.takeBack();
  run.show();
  const stop = onChange(() => run.drawDisputes());
  return () => {
    stop();
    return work.leave();
  };
}

class Visit {
  constructor(visit, work) {
    Object.assign(this, { visit, work, isScored: Object.values(work.values.answers).some((one) => one.score !== undefined), isShort: false });
    this.rows = new Map();
    this.wrong = h("p", { class: "fd-top", role: "alert", hidden: true });
    this.count = h("b");
    this.end = h("div");
    this.disputes = h("div");
    this.act = h("button", { type: "button", class: "bigbtn", onclick: () => void this.hand(true) }, icon("send", 20), "交检查结果");
  }

  get lines() {
    return [...linesOf(this.visit), ...this.work.values.own.map((one) => ({ ...one, group: "自己加的", clause: true }))];
  }

  answer(key) {
    return this.work.values.answers[key] || {};
  }

  /** What was refused goes again with the next sending. */
  takeBack() {
    this.replaces = "";
    for (const item of refusedItems()) {
      if (item.kind !== "inspection.part" || item.payload?.visit !== this.visit.id) continue;
      this.replaces = item.id;
      this.sentence = item.sentence;
      Object.keys(item.payload.answers).forEach((key) => delete this.work.values.sent[key]);
    }
  }

  show() {
    const { visit } = this;
    const groups = new Map();
    for (const line of this.lines) groups.set(line.group, [...(groups.get(line.group) || []), line]);
    fill("top", back(visit.place));
    fill("app",
      h("section", { class: "du" }, h("div", { class: "t" }, visit.mode, visit.hidden && h("span", { class: "pill due" }, "不打招呼")),
        h("div", { class: "m" }, `${visit.number} · ${dayWords(visit.on)} · ${visit.with.length ? `同行 ${visit.with.join("、")}` : "一个人"}`),
        h("div", { class: "m" }, this.count)),
      this.sentence && h("p", { class: "note late" }, icon("alert-circle", 20), h("span", null, this.sentence)),
      this.wrong,
      h("div", { class: "rw" },
        h("button", { type: "button", class: "btn", onclick: () => { this.isShort = !this.isShort; this.show(); } }, icon("filter", 18), this.isShort ? "看全部" : "只看没填的"),
        h("button", { type: "button", class: "btn", onclick: () => { this.isScored = !this.isScored; this.show(); } }, icon("adjustments", 18), this.isScored ? "不打分" : "打分")),
      [...groups].map(([name, lines]) => this.group(name, this.isShort ? lines.filter((line) => !this.answer(line.key).result) : lines)),
      h("button", { type: "button", class: "btn wide", onclick: () => this.addOwn() }, icon("plus", 18), "加一项清单上没有的"),
      this.paper(),
      this.disputes,
      this.end);
    fill("act", h("div", { class: "ph-act" }, this.act));
    this.drawCount();
    this.drawDisputes();
    this.drawEnd();
  }

  group(name, lines) {
    if (!lines.length) return null;
    const well = () => this.allPass(lines);
    return h("section", { class: "cat" },
      h("div", { class: "gp" }, h("h2", null, name), h("span", null, h("button", { type: "button", class: "link", onclick: well }, icon("checks", 18), "其余合格"))),
      lines.map((line) => {
        const row = h("div", { class: "du ln", "data-line": line.key });
        this.rows.set(line.key, row);
        this.drawLine(line);
        return row;
      }));
  }

  set(line, values) {
    const now = { ...this.answer(line.key), at: new Date().toISOString(), ...values };
    if (line.key.startsWith(OWN)) now.text = line.text;
    this.work.values.answers[line.key] = now;
    this.work.save();
    this.drawCount();
  }

  drawLine(line) {
    const said = this.answer(line.key);
    const choose = (result) => { this.set(line, { result }); this.drawLine(line); };
    fill(this.rows.get(line.key), h("p", { class: "ask-line" }, line.text),
      h("div", { class: "opts three check", role: "radiogroup", "aria-label": line.text }, RESULTS.map(([key, words]) =>
        h("button", { type: "button", class: "opt", role: "radio", "data-key": { pass: "ok", fail: "bad", na: "na" }[key], "aria-checked": String(said.result === key), onclick: () => choose(key) }, words))),
      this.isScored && said.result && said.result !== "na" && this.score(line, said),
      said.result === "fail" && this.fault(line, said));
  }

  score(line, said) {
    return h("label", { class: "with-unit" }, "得分", h("input", { class: "num", inputmode: "decimal", maxlength: 5, value: said.score ?? "", "aria-label": `${line.text}：得分`,
      oninput: (e) => { const n = Number(e.target.value); this.set(line, { score: e.target.value.trim() === "" || !(n >= 0 && n <= 100) ? undefined : n }); } }), h("span", null, "分"));
  }

  /** A failed line is a hazard: what was seen, photos, and the clause where the line names none. */
  fault(line, said) {
    return h("div", { class: "fault" },
      h("input", { class: "find", maxlength: 500, placeholder: "看到了什么，一句话", "aria-label": `${line.text}：看到了什么`, value: said.note || "", oninput: (e) => this.set(line, { note: e.target.value }) }),
      line.clause && h("select", { class: "find", "aria-label": `${line.text}：违反哪一条`, onchange: (e) => this.set(line, { clause: e.target.value }) }, h("option", { value: "" }, "违反哪一条规定"),
        part("criteria").map(([key, words]) => h("option", { value: key, selected: said.clause === key }, words))),
      files({ key: `p-${line.key}`, type: "photo", max: MOST_PHOTOS }, said.photos || [], (ids) => this.set(line, { photos: ids }), this.work));
  }

  allPass(lines) {
    const open = lines.filter((line) => !this.answer(line.key).result);
    if (!open.length) return;
    open.forEach((line) => { this.set(line, { result: "pass" }); this.drawLine(line); });
    toast(`${open.length} 项记为合格`, { action: "撤销", seconds: UNDO_SECONDS, onaction: () => {
      open.forEach((line) => { delete this.work.values.answers[line.key]; this.drawLine(line); });
      this.work.save();
      this.drawCount();
    } });
  }

  addOwn() {
    const input = h("input", { class: "find", id: "f-own", maxlength: 200, placeholder: "查什么，一句话", "aria-label": "查什么" });
    const shown = panel("加一项", input, h("button", { type: "button", class: "bigbtn", onclick: () => {
      const text = input.value.trim();
      if (!text) return;
      this.work.values.own.push({ key: OWN + newId(), text });
      this.work.save();
      shown.close();
      this.show();
    } }, icon("plus", 20), "加上"));
  }

  /** A paper form that was filled in on site, photographed: as good as taps; only what failed is tapped besides. */
  paper() {
    const box = h("div", { class: "fd paper-form" });
    const draw = () => fill(box, h("label", null, "用纸质表查的，拍下来交", h("span", { class: "must" }, "可不填")),
      files({ key: "paper", type: "photo", max: MOST_PHOTOS }, this.work.get("paper") || [], (ids) => { this.work.set("paper", ids); draw(); }, this.work),
      (this.work.get("paper") || []).length > 0 && h("button", { type: "button", class: "btn wide", onclick: () => void this.handPaper(draw) }, icon("send", 18), "交纸质表"));
    draw();
    return h("div", { class: "fill" }, box);
  }

  async handPaper(draw) {
    const ids = this.work.get("paper");
    if (!(await command("inspection.paper", `纸质检查表：${this.visit.place}`, "file-text", { visit: this.visit.id, files: ids }, this.work.blobs(ids)))) return;
    this.work.set("paper", []);
    draw();
    toast(`${ids.length} 张纸质表已交。`);
  }

  drawCount() {
    const answered = this.lines.filter((line) => this.answer(line.key).result);
    const failed = answered.filter((line) => this.answer(line.key).result === "fail").length;
    this.count.textContent = `已填 ${answered.length} / ${this.lines.length} 项${failed ? `，不合格 ${failed} 项` : ""}`;
    const left = this.unsent().length;
    this.act.lastChild.textContent = left || !answered.length ? "交检查结果" : "已交，有改动再交";
  }

  unsent() {
    const { answers, sent } = this.work.values;
    return Object.keys(answers).filter((key) => answers[key].result && sent[key] !== answers[key].at);
  }

  say(sentence, row) {
    this.wrong.hidden = !sentence;
    this.wrong.textContent = sentence;
    if (sentence) (row || this.wrong).scrollIntoView({ block: "center", behavior: "smooth" });
    return Boolean(sentence);
  }

  /** Sends what was answered since; several inspectors do so side by side, and the platform lays it together. */
  async hand(isDone) {
    const keys = this.unsent();
    const bare = this.lines.find((line) => keys.includes(line.key) && this.answer(line.key).result === "fail" && line.clause && !this.answer(line.key).clause);
    if (this.say(!keys.length ? "没有新的结果要交。" : bare ? `“${bare.text.slice(0, 30)}”记为不合格，请选违反哪一条规定。` : "", bare && this.rows.get(bare.key))) return;
    const { answers, sent } = this.work.values;
    const told = Object.fromEntries(keys.map((key) => [key, answers[key]]));
    const photos = Object.values(told).flatMap((one) => one.photos || []);
    const payload = { visit: this.visit.id, way: this.visit.way, answers: told, done: isDone, seconds: this.work.seconds.spent() - (this.work.values.told || 0) };
    if (!(await command("inspection.part", `检查：${this.visit.place} ${keys.length} 项`, "clipboard-check", payload, this.work.blobs(photos), { replaces: this.replaces }))) return;
    keys.forEach((key) => { sent[key] = answers[key].at; });
    this.work.values.told = this.work.seconds.spent();
    this.replaces = "";
    this.work.save();
    toast(`${keys.length} 项已交。`);
    this.drawCount();
    this.drawEnd();
  }

  /** Where inspectors disagree the head decides; what each said stays. Told by the server, decided without a network. */
  drawDisputes() {
    const { visit } = this;
    const told = visitOf(visit.id, visit.way)?.disputed || [];
    const decided = new Map(sentFor(visit.id, "inspection.decide").map((item) => [item.payload.line, item.payload.result]));
    const shown = JSON.stringify([told, [...decided]]);
    if (shown === this.shown) return; // a reason that is being written stays
    this.shown = shown;
    const words = (result) => RESULTS.find(([key]) => key === result)[1];
    const row = ({ key, text, said }) => {
      const why = h("input", { class: "find", maxlength: 200, placeholder: "裁定的理由，可不填", "aria-label": `${text}：裁定的理由` });
      const results = RESULTS.filter(([result]) => said.some(([, one]) => one === result));
      const decide = async (result) => {
        const payload = { visit: visit.id, line: key, result, why: why.value.trim() };
        if (await command("inspection.decide", `裁定：${visit.place} ${words(result)}`, "gavel", payload, [])) this.drawDisputes();
      };
      return h("div", { class: "du ln", "data-dispute": key }, h("p", { class: "ask-line" }, text),
        said.map(([name, result, note]) => h("div", { class: "m" }, `${name}：${words(result)}${note ? `，${note}` : ""}`)),
        decided.has(key) ? h("p", { class: "why-line" }, `已裁定：${words(decided.get(key))}`)
          : [why, h("div", { class: "opts three", role: "group", "aria-label": `${text}：裁定` }, results.map(([result, label]) => h("button", { type: "button", class: "opt", "data-decide": result, onclick: () => void decide(result) }, label)))]);
    };
    fill(this.disputes, told.length > 0 && h("section", { class: "cat" }, h("div", { class: "gp" }, h("h2", null, "意见不一致，请裁定")), told.map(row)));
  }

  /** The head: both signatures, a sentence, the end. */
  drawEnd() {
    const { visit, work } = this;
    if (!visit.head) return fill(this.end, h("p", { class: "why-line" }, `签名和反馈由带队人员${visit.leader}办理。`));
    if (isFinished(visit)) return fill(this.end, h("p", { class: "note" }, icon("circle-check", 20), h("span", null, "已结束，反馈随发件箱送出。")));
    const line = (side, words) => (isSigned(visit, side) ? h("div", { class: "li dn" }, h("span", { class: "tick-o" }, icon("check")), words, h("small", null, "已签"))
      : h("button", { type: "button", class: "li as-button", "data-sign": side, onclick: () => void this.sign(side, words) }, icon("signature", 22), words, h("small", null, "签名"), icon("chevron-right", 20)));
    return fill(this.end, h("div", { class: "gp" }, h("h2", null, "签名和反馈")),
      h("div", { class: "lis" }, line("head", "带队人员"), line("place", "被检查单位")),
      h("div", { class: "fill" },
        h("div", { class: "fd" }, h("label", { for: "f-signer" }, "被检查单位谁签"), h("input", { id: "f-signer", maxlength: 60, value: work.get("signer") || "", oninput: (e) => work.set("signer", e.target.value) })),
        !isSigned(visit, "place") && h("div", { class: "fd" }, h("label", { for: "f-unsigned" }, "不能签的，写明原因", h("span", { class: "must" }, "可不填")), h("input", { id: "f-unsigned", maxlength: 200, value: work.get("why_unsigned") || "", oninput: (e) => work.set("why_unsigned", e.target.value) })),
        h("div", { class: "fd" }, h("label", { for: "f-opinion" }, "反馈意见"), h("textarea", { id: "f-opinion", rows: 2, maxlength: 500, value: work.get("opinion") || "", oninput: (e) => work.set("opinion", e.target.value) })),
        visit.with.length > 0 && h("div", { class: "fd one" }, h("button", { type: "button", class: "opt wide", id: "f-all", "aria-pressed": String(Boolean(work.get("has_all"))), onclick: (e) => { work.set("has_all", !work.get("has_all")); e.currentTarget.setAttribute("aria-pressed", String(work.get("has_all"))); } }, "同行人员的结果已收齐"))),
      h("button", { type: "button", class: "btn wide", "data-finish": true, onclick: () => void this.finish() }, icon("circle-check", 20), "结束检查并反馈"));
  }

  async sign(side, words) {
    const { visit, work } = this;
    const signer = side === "head" ? app.data.person.name : (work.get("signer") || "").trim();
    if (this.say(signer ? "" : "请先写被检查单位谁签。", this.end)) return;
    const picture = await askSignature(words, `${visit.number} ${visit.place} 检查结果`);
    if (!picture) return;
    if (await command("inspection.sign", `签名：${words} ${signer}`, "signature", { visit: visit.id, side, file: picture.id, signer }, [picture])) this.drawEnd();
  }

  async finish() {
    const { visit, work } = this;
    const opinion = (work.get("opinion") || "").trim();
    const sentence = this.unsent().length ? "还有结果没有交，请先交检查结果。" : !isSigned(visit, "head") ? "请带队人员先签名。"
      : !isSigned(visit, "place") && !(work.get("why_unsigned") || "").trim() ? "请被检查单位的人签名；不能签的，写明原因。" : !opinion ? "请写一句反馈意见。" : "";
    if (this.say(sentence, this.end)) return;
    const payload = { visit: visit.id, opinion, why_unsigned: work.get("why_unsigned") || "", all: Boolean(work.get("has_all")) };
    if (!(await command("inspection.finish", `反馈：${visit.place}`, "circle-check", payload, []))) return;
    toast("已结束，连上网络就反馈给学校。");
    location.hash = "#/patrol";
  }
}
