/** Visits that the inspector was sent to: their lines, what was answered here, what of it was sent. */
import { ownItems } from "./outbox.js";
import { app, part } from "./state.js";

export const RESULTS = [["pass", "合格"], ["fail", "不合格"], ["na", "不适用"]];
export const OWN = "own-"; // how the key of a line begins that an inspector adds

export const visits = () => part("visits");
export const visitOf = (id, way) => visits().find((one) => one.id === id && (!way || one.way === way));

/** [{key, group, text, clause: whether a fail must name one}] of a visit, in order. */
export function linesOf(visit) {
  const items = new Map(part("items").map((item) => [item.key, item]));
  return visit.lines.map((line) => {
    if (typeof line !== "string") return { key: line[0], group: line[1], text: line[2], clause: !line[3] };
    const item = items.get(line);
    return item ? { key: line, group: item.group, text: item.text, clause: !item.basis } : null;
  }).filter(Boolean);
}

/** What this phone has put into the outbox for a visit, oldest first. */
export const sentFor = (id, kind) => ownItems().filter((item) => item.payload?.visit === id && item.kind === kind && !["refused", "void"].includes(item.state));

export const isSigned = (visit, side) => (visit.signed || []).includes(side) || sentFor(visit.id, "inspection.sign").some((item) => item.payload.side === side);
export const isFinished = (visit) => sentFor(visit.id, "inspection.finish").length > 0;
export const draftOf = (visit) => `${app.data.person.id}/visit/${visit.id}/${visit.way}`;
