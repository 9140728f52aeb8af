/** Rounds as the phone knows them: what is due, what was walked here since, what is half way. */
import { ownItems } from "./outbox.js";
import { app, part } from "./state.js";

export const routes = () => part("routes");
export const routeOf = (id) => routes().find((one) => one.id === id);
const key = (one) => `${one.route}/${one.period}/${one.slot}`;

/** Rounds due today and in the next days that nobody has walked: [{route, period, slot, due, label, role}]. */
export function dueRounds() {
  const walked = new Set(ownItems().filter((item) => item.kind === "round.walk" && item.state !== "refused" && item.state !== "void").map((item) => key(item.payload)));
  return (app.data.rounds || []).filter((one) => routeOf(one.route) && !walked.has(key(one)));
}

/** Whose round it is: one's own role's, and every round for who leads. */
export const isMine = (one) => app.data.leads || app.data.roles.includes(one.role);

/** Rounds walked on this phone today, newest first. */
export const walkedHere = (day) => ownItems().filter((item) => item.kind === "round.walk" && item.captured_at >= day).reverse();
