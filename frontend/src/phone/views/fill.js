/** One form: #/fill/<sheet>?about=&replaces=&bad= and #/again/<command>. What is typed is kept at every key. */
import { clean, isShown, suited } from "../answers.js";
import { get } from "../api.js";
import { fill, h, icon, toast } from "../dom.js";
import { draftKey, dropDraft, flush, readDraft, saveDraft } from "../drafts.js";
import { draw } from "../fields.js";
import { Held } from "../held.js";
import { items } from "../outbox.js";
import { fitWords, lastOf, record } from "../recording.js";
import { startSeconds } from "../seconds.js";
import { app } from "../state.js";
import { addDays, dayOf, dayWords, momentOf, timeOf, today } from "../words.js";
import { back } from "./frame.js";

/** Draws the form; answers a function that is called when it is left. */
export async function showFill(sheetKey, { about = "", replaces = "", quick = false, answers = null, happened = "", duty = null }) {
  const sheet = app.sheets.get(sheetKey);
  if (!sheet) return missing();
  const key = draftKey(app.data.unit.id, sheetKey, about || replaces);
  const draft = await readDraft(key);
  const form = new Form(sheet, { key, about, replaces, duty, draft, start: answers || startingAnswers(sheet, quick, duty), happened });
  await form.loadBlobs();
  form.show(Boolean(draft));
  return () => form.leave();
}

/** A refused record again, with everything that was typed: from this phone, else from the server. */
export async function showAgain(commandId) {
  const local = items.find((item) => item.id === commandId);
  const reply = local ? null : await get(`/sync/commands/${commandId}/`);
  const body = local ? local.payload : reply.body?.body;
  if (!body || !app.sheets.has(body.sheet)) return missing(reply);
  return showFill(body.sheet, {
    about: body.about, replaces: commandId, answers: body.answers, happened: local ? local.happened_at : reply.body.happened_at,
  });
}

function missing(reply) {
  const text = reply && reply.status === 0 ? "没有网络，取不到原来填的内容。连上网络后再打开。" : "这张表现在不能填。可能已经处理过，或者您的岗位不填它。";
  fill("top", back("填记录"));
  fill("app", h("p", { class: "note due" }, icon("info-circle", 20), h("span", null, text)));
  return null;
}

function startingAnswers(sheet, quick, duty) {
  const start = suited(duty?.where, sheet, lastOf(sheet.key));
  for (const field of sheet.fields) {
    if (field.type === "check" && quick) start[field.key] = "ok";
    if (start[field.key] === undefined && field.default !== undefined) start[field.key] = field.default;
  }
  return start;
}

class Form {
  constructor(sheet, { key, about, replaces, duty, draft, start, happened }) {
    Object.assign(this, { sheet, key, about, replaces, duty });
    this.answers = draft?.answers || start;
    this.day = draft?.day || (happened ? dayOf(happened) : "");
    this.time = draft?.time || (happened && sheet.moment === "datetime" ? timeOf(happened).padStart(5, "0") : "");
    this.held = new Held();
    this.rows = new Map();
    this.seconds = startSeconds(draft?.seconds || 0);
    this.onhide = () => document.hidden && flush();
    document.addEventListener("visibilitychange", this.onhide);
  }

  get(key) {
    return this.answers[key];
  }

  set(key, value) {
    if (value === undefined || value === "") delete this.answers[key];
    else this.answers[key] = value;
    this.touched(key);
  }

  touched(key) {
    this.mark(key, "");
    this.showFitting();
    saveDraft({ key: this.key, answers: this.answers, day: this.day, time: this.time, seconds: this.seconds.spent(), at: Date.now() });
  }

  async loadBlobs() {
    for (const field of this.sheet.fields.filter((f) => ["photo", "file"].includes(f.type))) {
      const there = await this.held.load(this.answers[field.key]);
      if (there.length) this.answers[field.key] = there;
      else delete this.answers[field.key];
    }
  }

  show(restored) {
    const { sheet } = this;
    fill("top", back(sheet.name));
    const content = [];
    if (restored) content.push(this.restoredNote());
    if (this.duty) content.push(h("p", { class: "why-line" }, `${this.duty.rhythm}，${this.duty.period}。`, this.duty.documents > 1 && ` 记这一次，${this.duty.documents} 份文件同时落实。`));
    this.top = h("div", { class: "fd-top", role: "alert", hidden: true });
    content.push(this.top, this.when());
    if (sheet.fields.some((f) => f.type === "check" && !this.answers[f.key])) content.push(this.allWellButton());
    content.push(...sheet.fields.map((field) => this.row(field)));
    fill("app", h("form", { class: "fill", novalidate: true, onsubmit: (e) => { e.preventDefault(); void this.submit(); } }, content));
    fill("act", h("div", { class: "ph-act" }, h("button", { type: "button", class: "bigbtn", onclick: () => void this.submit() }, icon("send", 20), "提交")));
    this.showFitting();
  }

  row(field) {
    const control = draw(field, this.answers[field.key], (value) => this.set(field.key, value), this);
    const error = h("span", { class: "err", hidden: true });
    const element = h("div", { class: `fd ${field.type}`, "data-field": field.key },
      h("label", { id: `l-${field.key}`, for: `f-${field.key}` }, field.label, !field.required && field.type !== "check" && h("span", { class: "must" }, "可不填")),
      control, field.help && h("small", { class: "help" }, field.help), error);
    this.rows.set(field.key, { element, error, field });
    return element;
  }

  restoredNote() {
    return h("p", { class: "note" }, icon("history", 20), h("span", null, "接着上次没填完的。"),
      h("button", { type: "button", class: "link", onclick: async () => { await dropDraft(this.key); await this.leave(true); location.reload(); } }, "清空重填"));
  }

  allWellButton() {
    const tap = () => {
      const open = this.sheet.fields.filter((field) => field.type === "check" && !this.answers[field.key]);
      for (const field of open) {
        this.answers[field.key] = "ok";
        this.rows.get(field.key).element.replaceWith(this.row(field));
      }
      this.touched();
    };
    return h("button", { type: "button", class: "btn wide", onclick: tap }, icon("checks", 20), "其余都正常");
  }

  /** When it happened: today unless said otherwise; nobody types a date for what was just done. */
  when() {
    const day = h("input", { type: "date", value: this.day || today(), max: today(), "aria-label": "发生日期", oninput: (e) => { this.day = e.target.value; this.touched(); } });
    const time = this.sheet.moment === "datetime" &&
      h("input", { type: "time", value: this.time || timeOf(Date.now()).padStart(5, "0"), "aria-label": "发生时间", oninput: (e) => { this.time = e.target.value; this.day ||= today(); this.touched(); } });
    const open = h("div", { class: "moment", hidden: !this.day }, day, time);
    const words = () => (this.day ? dayWords(this.day) : this.sheet.moment === "datetime" ? "刚才" : "今天");
    const told = h("b", null, words());
    const choose = (value) => { this.day = value; day.value = value || today(); told.textContent = words(); this.touched(); };
    return h("div", { class: "card when" },
      h("div", { class: "line" }, icon("clock", 20), h("span", null, "发生在 ", told),
        h("span", { class: "sp" }),
        h("button", { type: "button", class: "opt", onclick: () => { open.hidden = true; choose(addDays(today(), -1)); } }, "昨天"),
        h("button", { type: "button", class: "opt", onclick: () => { open.hidden = false; choose(this.day || today()); } }, "改时间")),
      open);
  }

  happenedAt() {
    if (!this.day && !this.time) return new Date().toISOString();
    const day = this.day || today();
    if (this.time) return momentOf(day, this.time);
    return day === today() ? new Date().toISOString() : momentOf(day, "12:00");
  }

  showFitting() {
    const { answers } = clean(this.sheet, this.answers);
    this.rows.forEach(({ element, field }) => { element.hidden = !isShown(field, answers); });
  }

  mark(key, sentence) {
    const row = this.rows.get(key) || this.rows.get(String(key || "").replace(/_note$/, ""));
    if (!row) return;
    row.error.hidden = !sentence;
    row.error.textContent = sentence;
    row.element.classList.toggle("bad", Boolean(sentence));
  }

  async submit() {
    const { answers, wrong } = clean(this.sheet, this.answers);
    const happenedAt = this.happenedAt();
    this.rows.forEach((_, key) => this.mark(key, wrong[key] || ""));
    const late = Date.parse(happenedAt) > Date.now() + 600000 ? "发生时间还没有到，请改成已经发生的时间。" : "";
    const count = Object.keys(wrong).length;
    this.top.hidden = !count && !late;
    this.top.textContent = late || `还有 ${count} 处要改，改好再提交。已填的都在。`;
    if (count || late) {
      const first = count ? this.rows.get(Object.keys(wrong)[0]).element : this.top;
      first.scrollIntoView({ block: "center", behavior: "smooth" });
      return;
    }
    const used = new Set(this.sheet.fields.flatMap((f) => (["photo", "file"].includes(f.type) ? answers[f.key] || [] : [])));
    const item = await record(this.sheet, {
      answers, happenedAt, seconds: this.seconds.spent(), about: this.about, replaces: this.replaces,
      blobs: this.held.of([...used]),
    });
    if (!item) return;
    await dropDraft(this.key);
    toast(`${this.sheet.name}已记下${fitWords(item)}`);
    if (history.length > 1) history.back();
    else location.hash = "#/";
  }

  async leave(discard = false) {
    this.seconds.stop();
    document.removeEventListener("visibilitychange", this.onhide);
    if (!discard) await flush();
    fill("act");
  }
}
