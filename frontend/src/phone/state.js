/** What the server told last: held in memory, kept in the database, and refreshed when there is a network. */
import { get } from "./api.js";
import { kept } from "./store.js";

export const app = {
  data: null, // the answer of /phone/data/, without its sheets
  sheets: new Map(),
  fetchedAt: "",
  reachable: navigator.onLine,
  signedOut: false,
};

const listeners = new Set();
export const onChange = (listener) => listeners.add(listener);
export const changed = () => listeners.forEach((listener) => listener());

export async function loadKept() {
  const [data, sheets, fetchedAt] = await Promise.all([kept.get("data"), kept.get("sheets"), kept.get("fetched_at")]);
  if (data) take(data, sheets || [], fetchedAt || "");
}

/** Asks for news; answers whether the server was reached. */
export async function refresh() {
  const tag = await kept.get("tag");
  const reply = await get(`/phone/data/?sheets=${app.data?.sheets_tag || ""}`, tag && app.data ? { "If-None-Match": tag } : {});
  app.reachable = reply.status !== 0;
  app.signedOut = reply.status === 401;
  if (reply.ok && reply.body) await keep(reply);
  else if (reply.status === 304) app.fetchedAt = new Date().toISOString();
  changed();
  return app.reachable;
}

async function keep(reply) {
  const { sheets, ...data } = reply.body;
  const now = new Date().toISOString();
  const forms = sheets || [...app.sheets.values()];
  take(data, forms, now);
  try {
    await kept.set("data", data);
    if (sheets) await kept.set("sheets", sheets);
    await kept.set("fetched_at", now);
    // The tag last: a page that dies half way must not believe that it has what it has not.
    await kept.set("tag", sheets ? "" : reply.tag);
  } catch {
    /* No room to keep it: what is on the screen is still right. warnings.js says that the phone is full. */
  }
}

function take(data, sheets, fetchedAt) {
  app.data = data;
  app.sheets = new Map(sheets.map((sheet) => [sheet.key, sheet]));
  app.fetchedAt = fetchedAt;
}
