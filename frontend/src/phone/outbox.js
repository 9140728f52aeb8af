/**
 * The outbox. An item is written before anything is shown as done, and leaves `waiting` only by the server's
 * answer, so a browser that dies at any moment loses nothing; the id makes a second sending harmless.
 * States: waiting, done, refused (a person must look), void (settled here).
 */
import { newId } from "./ids.js";
import { app, changed } from "./state.js";
import { db } from "./store.js";

export const UNDO_SECONDS = 5;
const KEEP_DONE_DAYS = 14;

/** Everything in the outbox, oldest first: ids sort by when they were made. */
export let items = [];

export async function loadItems() {
  items = await (await db()).getAll("outbox");
}

export const ownItems = () => items.filter((item) => item.person === app.data?.person.id);
export const waiting = () => items.filter((item) => item.state === "waiting");
export const ownWaiting = () => ownItems().filter((item) => item.state === "waiting");
export const foreign = () => waiting().filter((item) => item.person !== app.data?.person.id);

/** Puts a command and its blobs into the database in one transaction: all of it or none. */
export async function put({ kind, label, icon, payload, happenedAt, blobs = [], replaces = "", hold = 0, documents = 0 }) {
  const now = new Date();
  const item = {
    id: newId(),
    kind,
    label,
    icon,
    payload,
    replaces,
    documents,
    person: app.data.person.id,
    post: app.data.post,
    captured_at: now.toISOString(),
    happened_at: happenedAt || now.toISOString(),
    files: blobs.map(({ id, hash }) => ({ id, hash })),
    state: "waiting",
    hold_until: now.getTime() + hold * 1000,
    tries: 0,
  };
  // Strict: it is on the disk, not on its way there, when the person reads 已记下.
  const tx = (await db()).transaction(["outbox", "blobs"], "readwrite", { durability: "strict" });
  await Promise.all([tx.objectStore("outbox").put(item), ...blobs.map((blob) => tx.objectStore("blobs").put(blob)), tx.done]);
  await loadItems();
  changed();
  return item;
}

export async function update(id, values) {
  const base = await db();
  const item = await base.get("outbox", id);
  if (!item) return;
  await base.put("outbox", { ...item, ...values });
  await loadItems();
  changed();
}

/** Takes an item away with its blobs; false when it has been sent already. */
export async function remove(id, { evenSent = false } = {}) {
  const tx = (await db()).transaction(["outbox", "blobs"], "readwrite");
  const item = await tx.objectStore("outbox").get(id);
  const may = item && (evenSent || item.state !== "done");
  if (may) {
    tx.objectStore("outbox").delete(id);
    item.files.forEach((file) => tx.objectStore("blobs").delete(file.id));
  }
  await tx.done;
  await loadItems();
  changed();
  return Boolean(may);
}

/** Lets go of what was delivered long ago. */
export async function tidy() {
  const before = Date.now() - KEEP_DONE_DAYS * 86400000;
  for (const item of items) {
    if (["done", "void"].includes(item.state) && Date.parse(item.captured_at) < before) await remove(item.id, { evenSent: true });
  }
}
