/** Writing a record into the outbox: from a form, or by one tap where all is well. */
import { allWell, remembered } from "./answers.js";
import { toast } from "./dom.js";
import { put, remove, UNDO_SECONDS } from "./outbox.js";
import { send } from "./send.js";
import { provedBy } from "./standing.js";
import { app, changed } from "./state.js";
import { isFull, kept } from "./store.js";
import { measure, storage } from "./warnings.js";

export const fitWords = (item) => (item.documents ? `，满足 ${item.documents} 份文件` : "");

let lasts = {};
let idleSince = Date.now();

export async function loadLasts() {
  lasts = (await kept.get("lasts")) || {};
}

/** A new screen starts the clock of a one-tap record. */
export const startOneTap = () => (idleSince = Date.now());

/** What the unit answered last: this phone's own answers before the server's. */
export const lastOf = (sheet) => ({ ...(app.data.last[sheet] || {}), ...((lasts[app.data.unit.id] || {})[sheet] || {}) });

async function rememberAnswers(sheet, answers) {
  const unit = app.data.unit.id;
  lasts = { ...lasts, [unit]: { ...lasts[unit], [sheet.key]: remembered(sheet, answers) } };
  await kept.set("lasts", lasts).catch(() => {});
}

/** Files a record. Answers the outbox item, or null when the phone has no room (then it has been said). */
export async function record(sheet, { answers, happenedAt, seconds, about = "", blobs = [], hold = 0, replaces = "" }) {
  const payload = { unit: app.data.unit.id, sheet: sheet.key, answers, seconds: Math.max(1, Math.round(seconds)), about };
  const documents = provedBy(sheet.key, answers, about, happenedAt);
  try {
    const item = await put({ kind: "record.file", label: sheet.name, icon: sheet.icon, payload, happenedAt, blobs, hold, replaces, documents });
    await rememberAnswers(sheet, answers);
    void send();
    return item;
  } catch (error) {
    if (!isFull(error)) throw error;
    storage.failed = true;
    await measure();
    changed();
    toast("手机空间满了，这条还没有记下。请先删掉一些照片或视频，再点一次提交。", { state: "late", seconds: 12 });
    return null;
  }
}

/** 全部正常: one tap, then 撤销 for five seconds; it is not sent before. */
export async function recordAllWell(sheet, duty) {
  const answers = allWell(sheet, lastOf(sheet.key), duty?.where);
  if (!answers) return false;
  const seconds = Math.min(60, (Date.now() - idleSince) / 1000);
  startOneTap();
  const item = await record(sheet, { answers, seconds, hold: UNDO_SECONDS });
  if (item) {
    toast(`${sheet.name}：全部正常${fitWords(item)}`, {
      action: "撤销",
      seconds: UNDO_SECONDS,
      onaction: async () => toast((await remove(item.id)) ? "已撤销，没有发出。" : "已经发出，请在“我的”里撤回。"),
    });
  }
  return true;
}
