/** What was typed survives a closed browser: each unfinished form is a draft, with its photos. */
import { Held } from "./held.js";
import { startSeconds } from "./seconds.js";
import { db, isFull } from "./store.js";
import { storage } from "./warnings.js";

const WAIT = 300;
let timer = 0;

export const draftKey = (unit, sheet, about) => `${unit}/${sheet}/${about || ""}`;
export const readDraft = async (key) => (await db()).get("drafts", key);

/** Writes it a moment after the last key. `flush` writes at once, for a page that is being left. */
export function saveDraft(draft) {
  clearTimeout(timer);
  saveDraft.pending = draft;
  timer = setTimeout(flush, WAIT);
}

export async function flush() {
  clearTimeout(timer);
  const draft = saveDraft.pending;
  saveDraft.pending = null;
  if (!draft) return;
  try {
    await (await db()).put("drafts", draft);
  } catch (error) {
    if (isFull(error)) storage.failed = true;
  }
}

export async function dropDraft(key) {
  clearTimeout(timer);
  saveDraft.pending = null;
  await (await db()).delete("drafts", key);
}

/** Every text anywhere in what a draft holds: the ids of its photos are among them. */
export const idsIn = (value) =>
  typeof value === "string" ? [value] : value && typeof value === "object" ? Object.values(value).flatMap(idsIn) : [];

/** A piece of work in the field: values by name, their photos, the seconds spent. Kept at every change. */
export class Work {
  static async open(key, start) {
    const draft = await readDraft(key);
    const work = new Work(key, draft ? draft.answers : start, draft?.seconds || 0);
    work.isRestored = Boolean(draft);
    await work.held.load(idsIn(work.values));
    return work;
  }

  constructor(key, values, seconds) {
    Object.assign(this, { key, values, held: new Held(), seconds: startSeconds(seconds) });
    this.onhide = () => document.hidden && flush();
    document.addEventListener("visibilitychange", this.onhide);
  }

  get(name) {
    return this.values[name];
  }

  set(name, value) {
    this.values[name] = value;
    this.save();
  }

  save() {
    saveDraft({ key: this.key, answers: this.values, seconds: this.seconds.spent(), at: Date.now() });
  }

  /** The blobs that a command takes along. */
  blobs(ids) {
    return this.held.of(ids);
  }

  async leave() {
    this.seconds.stop();
    document.removeEventListener("visibilitychange", this.onhide);
    await flush();
  }

  async drop() {
    await dropDraft(this.key);
  }
}
