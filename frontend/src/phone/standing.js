/** The duties as the phone sees them: what the server said, and what has been recorded here since. */
import { fitsAll } from "./answers.js";
import { ownItems } from "./outbox.js";
import { app } from "./state.js";
import { dayOf, endOfWeek, today } from "./words.js";

/** Items that the last data from the server cannot know of yet. */
function fresh(item) {
  return item.kind === "record.file" && item.payload.unit === app.data.unit.id &&
    (item.state === "waiting" || (item.state === "done" && item.answered_at > app.fetchedAt));
}

/** [{...duty, done, own: items recorded here, sure}], in the server's order; `sure` false = to be checked there. */
export function duties() {
  const recorded = ownItems().filter(fresh);
  return (app.data.duties || []).map((duty) => {
    const own = duty.missed ? [] : recorded.filter((item) => item.payload.sheet === duty.sheet && (item.payload.about || "") === (duty.about || "") && fitsPeriod(duty, item) && fitsAll(duty.where, item.payload.answers));
    const count = (duty.count || 0) + own.length;
    const done = duty.state === "ok" || (own.length > 0 && count >= (duty.need || 1));
    return { ...duty, own, done, sure: Boolean(duty.plain) };
  });
}

/** How many documents a record of today proves: of all open duties that it fits, whatever it was started from. */
export function provedBy(sheet, answers, about, happenedAt) {
  if (dayOf(happenedAt || Date.now()) !== today()) return 0;
  const fitting = duties().filter((duty) => !duty.done && !duty.missed && duty.plain && duty.sheet === sheet &&
    (duty.about || "") === (about || "") && fitsAll(duty.where, answers));
  return new Set(fitting.flatMap((duty) => duty.sources.filter((source) => !source.done).map((source) => source.document))).size;
}

const fitsPeriod = (duty, item) => duty.every !== "daily" || dayOf(item.happened_at) === duty.due;

const isMine = (duty) => app.data.leads || !duty.by?.length || duty.by.some((role) => app.data.roles.includes(role));

/** The day's list in its groups. `all` shows also what other posts of the unit do. */
export function grouped(all) {
  const day = today();
  const shown = duties().filter((duty) => all || isMine(duty));
  const open = shown.filter((duty) => !duty.done);
  const isToday = (duty) => duty.state !== "late" && duty.due <= day;
  return {
    today: open.filter(isToday),
    late: open.filter((duty) => duty.state === "late"),
    week: open.filter((duty) => duty.state !== "late" && duty.due > day && duty.due <= endOfWeek(day)),
    term: open.filter((duty) => duty.state !== "late" && duty.due > endOfWeek(day)).sort((a, b) => (a.due < b.due ? -1 : 1)),
    done: shown.filter((duty) => duty.done && !duty.missed && (duty.own.length || (duty.due >= day && duty.due <= endOfWeek(day)))),
    others: duties().filter((duty) => !isMine(duty) && !duty.done).length,
  };
}
