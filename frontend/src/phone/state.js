/** What the server told last: held in memory, kept in the database, and refreshed when there is a network. */
import { get } from "./api.js";
import { kept } from "./store.js";

export const app = {
  data: null, // the answer of /phone/data/, without its parts
  parts: {}, // {name: {tag, value}}: what seldom changes and is sent only when it did
  sheets: new Map(),
  fetchedAt: "",
  reachable: navigator.onLine,
  signedOut: false,
};

const listeners = new Set();
/** Calls the listener at every change; answers how to end it. */
export const onChange = (listener) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
export const changed = () => listeners.forEach((listener) => listener());

/** What a part holds; `empty` before it ever came. */
export const part = (name, empty = []) => app.parts[name]?.value ?? empty;

export async function loadKept() {
  const [data, parts, fetchedAt] = await Promise.all([kept.get("data"), kept.get("parts"), kept.get("fetched_at")]);
  if (data) take(data, parts || {}, fetchedAt || "");
}

/** Asks for news; answers whether the server was reached. */
export async function refresh() {
  const tag = await kept.get("tag");
  const have = Object.values(app.parts).map((one) => one.tag).sort().join(",");
  const reply = await get(`/phone/data/?have=${have}`, tag && app.data ? { "If-None-Match": tag } : {});
  app.reachable = reply.status !== 0;
  app.signedOut = reply.status === 401;
  if (reply.ok && reply.body) await keep(reply);
  else if (reply.status === 304) app.fetchedAt = new Date().toISOString();
  changed();
  return app.reachable;
}

async function keep(reply) {
  const { parts: sent, ...data } = reply.body;
  const now = new Date().toISOString();
  const isNew = Object.values(sent).some((one) => "value" in one);
  const parts = Object.fromEntries(Object.entries(sent).map(([name, one]) => [name, "value" in one ? one : app.parts[name]]));
  take(data, parts, now);
  try {
    if (isNew) await kept.set("parts", parts);
    await kept.set("data", data);
    await kept.set("fetched_at", now);
    // The tag last: a page that dies half way must not believe that it has what it has not.
    await kept.set("tag", isNew ? "" : reply.tag);
  } catch {
    /* No room to keep it: what is on the screen is still right. warnings.js says that the phone is full. */
  }
}

function take(data, parts, fetchedAt) {
  app.data = data;
  app.parts = parts;
  app.sheets = new Map(part("sheets").map((sheet) => [sheet.key, sheet]));
  app.fetchedAt = fetchedAt;
}
