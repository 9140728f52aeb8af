/** Sending what waits, in order, a few at a time. Any number of pages may try: one does it, and ids make it safe. */
import { post, postForm } from "./api.js";
import { items, loadItems, ownWaiting, update } from "./outbox.js";
import { app, changed, refresh } from "./state.js";
import { db } from "./store.js";

const BATCH = 20;
const UPLOAD_TIMEOUT = 120000;
let running = false;
let again = false;
let failures = 0;
let timer = 0;

export const sending = () => running;

/** Sends all that may go now. Answers how many got their answer. */
export async function send() {
  if (running) {
    again = true;
    return 0;
  }
  running = true;
  try {
    return await alone(sendAll);
  } finally {
    running = false;
    changed();
    if (again) {
      again = false;
      void send();
    } else plan();
  }
}

/** One page at a time, where the browser can say so; elsewhere the server's once-only answer is enough. */
const alone = (work) => (navigator.locks ? navigator.locks.request("xiaoan-outbox", work) : work());

async function sendAll() {
  let answered = 0;
  await loadItems();
  for (let batch = due(); batch.length; batch = due()) {
    changed();
    const ready = [];
    for (const item of batch) {
      const result = await uploadFiles(item);
      if (result === "stop") return answered;
      if (result === "ready") ready.push(item);
    }
    if (!ready.length) continue;
    const count = await deliver(ready);
    if (count < 0) return answered;
    answered += count;
    failures = 0;
  }
  if (answered) void refresh();
  return answered;
}

/** What may go now: not held back for 撤销, not waiting after a fault of the server's. */
function due() {
  const now = Date.now();
  const may = (item) => item.hold_until <= now && (item.next_try || 0) <= now && (!item.files.length || item.post === app.data.post);
  return app.data && !app.signedOut ? ownWaiting().filter(may).slice(0, BATCH) : [];
}

/** "ready", "refused" (the item was settled), or "stop" (no network: leave the rest). */
async function uploadFiles(item) {
  const base = await db();
  for (const file of item.files) {
    const held = await base.get("blobs", file.id);
    if (!held || held.sent) continue;
    const reply = await postForm("/files/", { id: held.id, name: held.name, file: held.blob }, UPLOAD_TIMEOUT);
    if (reply.ok) {
      await base.put("blobs", { ...held, sent: true });
      continue;
    }
    if ([413, 422].includes(reply.status)) {
      await update(item.id, { state: "refused", sentence: reply.body?.sentence || "照片或文件太大，请换一张再发。", fields: {} });
      return "refused";
    }
    return stop(reply);
  }
  return "ready";
}

/** How many were answered, or -1 when the server could not be reached. */
async function deliver(batch) {
  const reply = await post("/sync/commands/", {
    person: app.data.person.id,
    sent_at: new Date().toISOString(),
    commands: batch.map(asCommand),
  });
  if (!reply.ok) {
    stop(reply);
    return -1;
  }
  app.reachable = true;
  for (const answer of reply.body.answers) await take(answer);
  return reply.body.answers.length;
}

const asCommand = ({ id, kind, label, post: held, captured_at, happened_at, payload, files, replaces }) => ({
  id, kind, label, post: held, captured_at, happened_at, payload, replaces: replaces || null, files: files.map((file) => file.hash),
});

async function take(answer) {
  const item = items.find((one) => one.id === answer.id);
  if (!item) return;
  if (answer.state === "later") {
    const tries = item.tries + 1;
    await update(item.id, { tries, next_try: Date.now() + Math.min(600, 5 * 2 ** tries) * 1000, sentence: answer.sentence });
    return;
  }
  const state = { done: "done", refused: "refused", settled: "void" }[answer.state];
  await update(item.id, { state, answer: answer.answer, sentence: answer.sentence, fields: answer.fields, answered_at: new Date().toISOString() });
  if (state === "done") {
    const base = await db();
    await Promise.all(item.files.map((file) => base.delete("blobs", file.id)));
    const replaced = items.find((one) => one.id === (item.replaces || item.payload.command));
    if (replaced) await update(replaced.id, { state: "void" });
  }
}

function stop(reply) {
  app.reachable = reply.status !== 0;
  app.signedOut = reply.status === 401 || app.signedOut;
  failures += 1;
  if (reply.status === 409 || reply.status === 403) void refresh();
  return "stop";
}

/** Tries again by itself: soon when something is only held back, more slowly the longer there is no network. */
function plan() {
  clearTimeout(timer);
  const left = ownWaiting();
  if (!left.length || app.signedOut) return;
  const now = Date.now();
  const soonest = Math.min(...left.map((item) => Math.max(item.hold_until, item.next_try || 0)));
  const wait = failures ? Math.min(120, 5 * 2 ** failures) * 1000 : Math.max(soonest - now, 300);
  timer = setTimeout(() => void send(), wait);
}
