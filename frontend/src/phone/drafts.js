/** What was typed survives a closed browser: each unfinished form is a draft, with its photos. */
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
