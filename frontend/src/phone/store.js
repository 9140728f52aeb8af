/**
 * The phone's database. `outbox`: commands, sent or not. `blobs`: photos and files that wait with them.
 * `drafts`: forms that were left half filled. `kept`: the last data from the server and remembered answers.
 */
import { openDB } from "idb";

const NAME = "xiaoan";
let opened = null;

export function db() {
  opened ||= openDB(NAME, 1, {
    upgrade(base) {
      base.createObjectStore("kept");
      base.createObjectStore("outbox", { keyPath: "id" });
      base.createObjectStore("blobs", { keyPath: "id" });
      base.createObjectStore("drafts", { keyPath: "key" });
    },
    // A newer page in another tab wants to upgrade: let it, and open anew at the next use.
    blocking: async () => {
      (await opened).close();
      opened = null;
    },
    terminated: () => (opened = null),
  });
  return opened;
}

export const kept = {
  get: async (key) => (await db()).get("kept", key),
  set: async (key, value) => (await db()).put("kept", value, key),
};

/** Whether a failure to write means that the phone has no room left. */
export function isFull(error) {
  return error && (error.name === "QuotaExceededError" || /quota/i.test(String(error.message)));
}

/** Takes away everything that belongs to a person; with `unsentToo` also what was never sent. */
export async function forget({ unsentToo }) {
  const base = await db();
  await base.clear("kept");
  await base.clear("drafts");
  if (unsentToo) {
    await base.clear("outbox");
    await base.clear("blobs");
    return;
  }
  for (const item of await base.getAll("outbox")) {
    if (item.state !== "waiting") await base.delete("outbox", item.id);
  }
}
