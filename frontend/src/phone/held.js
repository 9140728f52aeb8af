/** The photos of an unfinished form: in memory to be shown, in the database at once, so that a dying browser loses none. */
import { toast } from "./dom.js";
import { db, isFull } from "./store.js";

export class Held {
  constructor() {
    this.blobs = new Map();
  }

  get(id) {
    return this.blobs.get(id);
  }

  /** Fetches what a draft names; answers the ids that are still there. */
  async load(ids) {
    const base = await db();
    for (const id of ids || []) {
      const held = this.blobs.has(id) ? null : await base.get("blobs", id);
      if (held) this.blobs.set(id, held);
    }
    return (ids || []).filter((id) => this.blobs.has(id));
  }

  async keep(blob) {
    try {
      await (await db()).put("blobs", blob);
    } catch (error) {
      if (!isFull(error)) throw error;
      toast("手机空间满了，这张照片存不下。请删掉一些照片或视频再拍，也可以先不带照片提交。", { state: "late", seconds: 10 });
      return false;
    }
    this.blobs.set(blob.id, blob);
    return true;
  }

  async drop(id) {
    this.blobs.delete(id);
    await (await db()).delete("blobs", id);
  }

  /** The blobs of these ids, to go into the outbox with a command. */
  of(ids) {
    return (ids || []).map((id) => this.blobs.get(id)).filter(Boolean);
  }
}
