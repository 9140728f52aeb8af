/** Hazards as the phone knows them: what the server told, what waits here, what lies at the same place. */
import { items, ownItems, put } from "./outbox.js";
import { send } from "./send.js";
import { app, changed, part } from "./state.js";
import { isFull } from "./store.js";
import { toast } from "./dom.js";
import { measure, storage } from "./warnings.js";

export const LEVELS = [["major", "重大", 1], ["larger", "较大", 2], ["general", "一般", 3], ["low", "低", 4]];
export const levelWord = (level) => (LEVELS.find(([key]) => key === level) || ["", "待定"])[1];
export const MOST_PHOTOS = 9;

export const checkItems = () => part("items");
export const points = () => part("points");
export const pointOf = (id) => points().find((one) => one.id === id);

/** The server's list, with what was done here since: [{...hazard, own: the item that waits or was just sent}]. */
export function hazards() {
  const moved = new Map();
  for (const item of ownItems()) {
    if (item.kind === "hazard.move" && isFresh(item)) moved.set(item.payload.hazard, item);
  }
  return part("hazards").map((one) => ({ ...one, own: moved.get(one.id) }));
}

/** Reports of this phone that the server's list cannot hold yet. */
export const ownReports = () => ownItems().filter((item) => item.kind === "hazard.report" && isFresh(item)).reverse();

const isFresh = (item) => item.state === "waiting" || (item.state === "done" && item.answered_at > app.fetchedAt);

const plain = (words) => String(words || "").replace(/[\s,.，。、；;：:（）()\-—_]/g, "");

/** Open hazards at the same point or place, and those of the same check item. */
export function similar({ point, place, item }) {
  const spot = plain(place);
  const isThere = (one) => (point && one.point === point) || (spot.length > 1 && (plain(one.place).includes(spot) || spot.includes(plain(one.place) || "\0")));
  const own = ownReports().map(({ id, payload }) => ({ id, words: payload.words, place: payload.place, point: payload.point, item: payload.item, level: payload.level, label: "待发送" }));
  return [...own, ...hazards()].filter((one) => isThere(one) || (item && one.item === item));
}

/** Check items that the words may mean, by the pairs of characters that they share; the best three. */
export function guess(words) {
  const pairs = pairsOf(plain(words));
  if (pairs.size < 2) return [];
  const scored = checkItems().map((item) => [[...pairsOf(plain(item.text))].filter((pair) => pairs.has(pair)).length, item]);
  return scored.filter(([score]) => score >= 2).sort((a, b) => b[0] - a[0]).slice(0, 3).map(([, item]) => item);
}

const pairsOf = (text) => new Set(Array.from({ length: Math.max(0, text.length - 1) }, (_, at) => text.slice(at, at + 2)));

/** Why a level is suggested: [level, sentence]. */
export function suggestion(item) {
  if (!item) return ["", "拿不准就不选，最后由安全负责人研判。"];
  const basis = `${item.basis || "检查清单"}${item.unverified ? "（条文未核实）" : ""}`;
  const grave = item.major ? `若${item.major}，按判定标准属重大。` : "";
  return [item.level, `${item.text}：依据${basis}。${grave}`];
}

/** Puts a command of the field into the outbox; null when the phone has no room (then it has been said). */
export async function command(kind, label, icon, payload, blobs, more = {}) {
  try {
    const item = await put({ kind, label: label.slice(0, 60), icon, payload, blobs, ...more });
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

export const itemOf = (id) => items.find((one) => one.id === id);
