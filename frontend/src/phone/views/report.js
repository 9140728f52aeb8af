/** 随手报: a hazard in under thirty seconds. Photo, place, words; the rest is offered, never asked. */
import { draftKey, Work } from "../drafts.js";
import { fill, h, icon, panel, toast } from "../dom.js";
import { checkItems, command, guess, itemOf, levelWord, LEVELS, MOST_PHOTOS, pointOf, similar, suggestion } from "../hazards.js";
import { app } from "../state.js";
import { files } from "../shots.js";
import { get } from "../api.js";
import { back, showTabs } from "./frame.js";
import { choosePlace, chooseSchool } from "./place.js";

/** Draws the report; `given` fills in what is known: {point, words, place, unit, from: an id to replace}. */
export async function showReport(given = {}) {
  showTabs("fill");
  if (!app.data.may_report) {
    fill("top", back("随手报"));
    fill("app", h("p", { class: "note" }, icon("info-circle", 20), h("span", null, "您的岗位不上报隐患。需要时请联系本单位的管理员。")), others());
    return null;
  }
  const start = { unit: app.data.unit.rank === "school" ? app.data.unit.id : "", photos: [], after: [], ...given };
  const work = await Work.open(draftKey(app.data.unit.id, "hazard.report", given.replaces || ""), start);
  if (given.point) takePoint(work, given.point);
  new Report(work).show();
  return () => work.leave();
}

/** A refused report again, with everything that was in it. */
export async function againReport(id) {
  const local = itemOf(id);
  const reply = local ? null : await get(`/sync/commands/${id}/`);
  const body = local ? local.payload : reply.body?.body;
  if (!body) return showReport();
  const fixed = body.fixed || {};
  return showReport({ ...body, replaces: id, fixed: Boolean(body.fixed), by: fixed.by, how: fixed.how, after: fixed.photos || [] });
}

function takePoint(work, token) {
  const point = app.parts.points?.value.find((one) => one.token === token || one.id === token);
  if (!point) return;
  work.set("point", point.id);
  work.set("place", point.name);
  work.set("unit", app.data.unit.id);
}

class Report {
  constructor(work) {
    this.work = work;
    this.wrong = h("p", { class: "fd-top", role: "alert", hidden: true });
    this.place = h("div");
    this.level = h("div", { class: "lvs", role: "radiogroup", "aria-label": "等级建议" });
    this.why = h("p", { class: "why-line" });
    this.guesses = h("div", { class: "opts guesses" });
    this.same = h("div");
    this.fixed = h("div");
  }

  show() {
    const { work } = this;
    fill("top", back("随手报"));
    const photos = (key, most, big) => files({ key, type: "photo", max: most, big }, work.get(key), (ids) => work.set(key, ids), work);
    fill("app", h("form", { class: "fill", novalidate: true, onsubmit: (e) => { e.preventDefault(); void this.submit(); } },
      work.isRestored && this.restored(),
      this.wrong, photos("photos", MOST_PHOTOS, true), this.place, this.words(),
      h("div", { class: "gp" }, h("h2", null, "等级建议"), "最后由安全负责人研判"), this.level, this.why, this.guesses,
      this.same, this.fixed, follows()), others());
    this.photos = photos;
    fill("act", h("div", { class: "ph-act" }, h("button", { type: "button", class: "bigbtn", onclick: () => void this.submit() }, icon("send", 20), "上报")));
    this.drawPlace();
    this.drawLevel();
    this.drawFixed();
  }

  restored() {
    return h("p", { class: "note" }, icon("history", 20), h("span", null, "接着上次没报完的。"),
      h("button", { type: "button", class: "link", onclick: async () => { await this.work.drop(); location.reload(); } }, "清空重填"));
  }

  words() {
    return h("div", { class: "fd say" },
      h("textarea", { id: "f-words", rows: 3, maxlength: 500, placeholder: "看到了什么，一句话就行", "aria-label": "看到了什么", value: this.work.get("words") || "",
        oninput: (e) => { this.work.set("words", e.target.value); this.say(""); this.drawGuesses(); } }),
      h("small", { class: "help" }, icon("microphone", 16), "不想打字，可以点键盘上的话筒说"));
  }

  drawPlace() {
    const { work } = this;
    const point = pointOf(work.get("point"));
    const name = point?.name || work.get("place");
    const needsSchool = app.data.unit.rank !== "school";
    const choose = async () => {
      const found = await choosePlace(work.get("place"));
      if (!found) return;
      Object.assign(work.values, found);
      work.save();
      this.drawPlace();
    };
    const school = async () => {
      const found = await chooseSchool();
      if (!found) return;
      Object.assign(work.values, { unit: found.id, unitName: found.name, point: "" });
      work.save();
      this.drawPlace();
    };
    fill(this.place,
      needsSchool && h("button", { type: "button", class: "pl", onclick: () => void school() }, icon("school", 22), h("b", null, work.get("unitName") || "哪所学校"), h("small", null, "选学校"), icon("chevron-right", 20)),
      h("button", { type: "button", class: "pl", id: "f-place", onclick: () => void choose() }, icon("map-pin", 22),
        h("b", { class: name ? "" : "muted" }, name || "在哪里"), h("small", null, name ? "改地点" : "选地点"), icon("chevron-right", 20)));
    this.drawSame();
  }

  drawLevel() {
    const { work } = this;
    const item = checkItems().find((one) => one.key === work.get("item"));
    const [proposed, why] = suggestion(item);
    const chosen = work.get("level") || "";
    fill(this.level, LEVELS.map(([key, word, n]) => h("button", {
      type: "button", class: `lvb l${n}`, role: "radio", "aria-checked": String(chosen === key),
      onclick: () => { work.set("level", chosen === key ? "" : key); this.drawLevel(); },
    }, h("i"), word)));
    fill(this.why, proposed && h("b", null, `建议${levelWord(proposed)}：`), h("span", null, why));
    this.drawGuesses();
  }

  drawGuesses() {
    const { work } = this;
    const picked = checkItems().find((one) => one.key === work.get("item"));
    const list = picked ? [picked] : guess(work.get("words"));
    const take = (item) => {
      const isSame = work.get("item") === item.key;
      work.values.item = isSame ? "" : item.key;
      if (!isSame) work.values.level = item.level;
      work.save();
      this.drawLevel();
      this.drawSame();
    };
    fill(this.guesses,
      list.map((item) => h("button", { type: "button", class: "opt", "aria-pressed": String(item.key === work.get("item")), onclick: () => take(item) }, item.text)),
      checkItems().length > 0 && h("button", { type: "button", class: "link", onclick: () => void this.pickItem(take) }, icon("list-check", 18), picked ? "换一条检查项" : "按检查项选"));
  }

  pickItem(take) {
    const list = h("div");
    const draw = (words) => {
      const found = checkItems().filter((one) => !words || one.text.includes(words) || one.group.includes(words));
      fill(list, [...byGroup(found)].map(([name, some]) => [h("div", { class: "gp" }, h("h2", null, name)),
        h("div", { class: "lis" }, some.map((item) => h("button", { type: "button", class: "li pick", onclick: () => { shown.close(); take(item); } },
          h("span", { class: "name" }, item.text), h("span", { class: `lv lv${LEVELS.findIndex(([key]) => key === item.level) + 1}` }, levelWord(item.level)))))]));
    };
    const shown = panel("按检查项选", h("input", { type: "search", class: "find", placeholder: "找一条，例如：灭火器", "aria-label": "找检查项", oninput: (e) => draw(e.target.value.trim()) }), list);
    draw("");
  }

  drawSame() {
    const list = similar(this.work.values);
    fill(this.same, list.length > 0 && [
      h("div", { class: "gp" }, h("h2", null, "这里还没销号的"), "是同一件就不用再报", h("span", null, `${list.length} 件`)),
      h("div", { class: "lis" }, list.slice(0, 5).map((one) => h("a", { class: "li", href: one.state ? `#/hazard/${one.id}` : "#/hazards" },
        h("span", { class: "two" }, h("span", { class: "name" }, one.words), h("span", { class: "muted t13" }, [one.place, one.label].filter(Boolean).join(" · "))), icon("chevron-right", 20))))]);
  }

  /** 即查即改: fixed on the spot, with a picture from after and who did it. */
  drawFixed() {
    const { work } = this;
    const toggle = h("button", { type: "button", class: "opt wide", "aria-pressed": String(Boolean(work.get("fixed"))), onclick: () => { work.set("fixed", !work.get("fixed")); this.drawFixed(); } }, "已经当场改好");
    const box = work.get("fixed") && h("div", { class: "fd" },
      h("label", null, "改好后的照片"), this.photos("after", MOST_PHOTOS),
      h("label", { for: "f-by" }, "谁改的"), h("input", { id: "f-by", maxlength: 60, value: work.get("by") ?? app.data.person.name, oninput: (e) => work.set("by", e.target.value) }),
      h("label", { for: "f-how" }, "怎么改的"), h("input", { id: "f-how", maxlength: 200, placeholder: "例如：已搬走，通道清空", value: work.get("how") || "", oninput: (e) => work.set("how", e.target.value) }));
    fill(this.fixed, toggle, box);
  }

  say(sentence) {
    this.wrong.hidden = !sentence;
    this.wrong.textContent = sentence;
    if (sentence) this.wrong.scrollIntoView({ block: "center" });
    return Boolean(sentence);
  }

  missing({ unit, words, photos, fixed, by, after }) {
    if (!unit) return "请先选学校。";
    if (!words) return "请写一句看到了什么。";
    if (!fixed) return "";
    if (!photos.length || !after.length) return "当场改好的，要有整改前和整改后的照片。";
    return by ? "" : "请写谁改好的。";
  }

  async submit() {
    const { work } = this;
    const told = { ...work.values, by: (work.get("by") ?? app.data.person.name).trim() };
    const item = checkItems().find((one) => one.key === told.item);
    told.words = (told.words || "").trim() || (item ? `没有做到：${item.text}` : "");
    if (this.say(this.missing(told))) return;
    const payload = {
      unit: told.unit, words: told.words, place: told.place || "", point: told.point || "", photos: told.photos, item: told.item || "", level: told.level || "",
      seconds: work.seconds.spent(), ...(told.fixed ? { fixed: { by: told.by, how: told.how || "", photos: told.after } } : {}),
    };
    const blobs = work.blobs([...told.photos, ...(told.fixed ? told.after : [])]);
    const done = await command("hazard.report", `隐患：${told.words}`, "alert-triangle", payload, blobs, { replaces: told.replaces || "" });
    if (!done) return;
    await work.drop();
    toast(told.fixed ? "已上报，等验收。" : "已上报，等研判。");
    location.hash = "#/hazards";
  }
}

function byGroup(list) {
  const groups = new Map();
  for (const one of list) groups.set(one.group, [...(groups.get(one.group) || []), one]);
  return groups;
}

/** What becomes of it: the same five steps as on the desk. */
function follows() {
  const days = app.data.judge_days;
  const steps = [["上报", "你"], ["研判", days ? `${days} 个工作日` : ""], ["整改", "责任人"], ["验收", "另一人"], ["销号", "回你消息"]];
  return h("div", { class: "card strip-card" }, h("ol", { class: "strip" }, steps.map(([word, who], at) =>
    h("li", { class: at ? "" : "now", "data-n": at + 1 }, word, h("small", null, who)))));
}

const others = () => h("div", { class: "lis links" },
  h("a", { class: "li", href: "#/hazards" }, icon("alert-triangle", 22), h("span", { class: "name" }, "我的隐患"), h("small"), icon("chevron-right", 20)),
  h("a", { class: "li", href: "#/sheets" }, icon("clipboard-list", 22), h("span", { class: "name" }, "记别的事"), h("small", null, "演练、培训、会议…"), icon("chevron-right", 20)));
