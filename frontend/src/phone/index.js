/**
 * What runs on every phone page. Without #app it only watches the connection; with it, it is the whole phone:
 * what is kept is drawn first, then the server is asked.
 */
import { watchConnection } from "./connection.js";
import { fill, h, icon, useSprite } from "./dom.js";
import { flush, idsIn } from "./drafts.js";
import { items, loadItems, tidy } from "./outbox.js";
import { loadLasts } from "./recording.js";
import { send } from "./send.js";
import { app, loadKept, onChange, refresh } from "./state.js";
import { db } from "./store.js";
import { askToStay, measure } from "./warnings.js";
import { duties } from "./standing.js";
import { showDuties } from "./views/duties.js";
import { showAgain, showFill } from "./views/fill.js";
import { showBanner, showTabs } from "./views/frame.js";
import { showMe } from "./views/me.js";
import { showPatrol } from "./views/patrol.js";
import { showHazard } from "./views/hazard.js";
import { showHazards } from "./views/hazards.js";
import { againReport, showReport } from "./views/report.js";
import { showRound } from "./views/round.js";
import { showSheets } from "./views/sheets.js";
import { showStudy } from "./views/study.js";
import { showVisit } from "./views/visit.js";

const REFRESH_AFTER = 60000;
/** Lists, drawn anew whenever something changes. */
const TABS = { "": showDuties, patrol: showPatrol, study: showStudy, me: showMe, sheets: showSheets, hazards: showHazards };
/** Forms, never drawn again under the fingers of who fills them in; each answers what to do when it is left. */
const FORMS = {
  fill: (rest, query) => showFill(rest[0], options(rest, query)),
  again: (rest, query) => (query.get("kind") === "hazard.report" ? againReport(rest[0]) : showAgain(rest[0])),
  report: (rest, query) => showReport(query.get("point") ? { point: query.get("point") } : {}),
  hazard: (rest) => showHazard(rest[0]),
  round: (rest, query) => showRound(rest[0], Object.fromEntries(query)),
  visit: (rest) => showVisit(rest[0], rest[1]),
};
let leave = null;
let current = "";
let drawn = 0;

function route() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  const [name, ...rest] = path.split("/");
  return { name: name || "", rest, query: new URLSearchParams(query || "") };
}

/** Draws what the address says. */
async function show() {
  const turn = (drawn += 1);
  for (const open of document.querySelectorAll("dialog[open]")) open.close(); // the phone's back key leaves a panel too
  if (leave) await leave();
  leave = null;
  if (turn !== drawn) return;
  const { name, rest, query } = route();
  current = name;
  if (!app.data) return void nothingYet();
  fill("act");
  if (FORMS[name]) {
    showTabs(name);
    leave = await FORMS[name](rest, query);
  } else (TABS[name] || showDuties)();
  scrollTo(0, 0);
}

const options = (rest, query) => ({
  about: query.get("about") || "",
  replaces: rest[1] === "replaces" ? rest[2] : "",
  quick: query.has("quick"),
  duty: query.get("key") ? duties().find((duty) => duty.key === query.get("key") && (duty.about || "") === (query.get("about") || "")) : null,
});

/** The first time without a network, or without a post. */
function nothingYet() {
  showTabs("");
  if (app.signedOut) return location.replace("/accounts/login/?next=/phone/");
  const text = app.reachable ? "正在取您的待办…" : "第一次打开需要网络。连上网络后会自动取来，之后没有网络也能用。";
  fill("app", h("div", { class: "empty" }, icon(app.reachable ? "hourglass" : "wifi-off", 36), h("b", null, text)));
}

/** A case that is only being read follows the news; with a step's form open it stays as it is. */
const isRead = () => current === "hazard" && !document.querySelector("#app form");

async function again() {
  const at = scrollY;
  await show();
  scrollTo(0, at);
}

function redraw() {
  showBanner();
  if (!app.data) nothingYet();
  else if (isRead() && !document.querySelector("dialog[open]")) void again();
  else if (TABS[current] && !document.querySelector("dialog[open]") && document.activeElement?.type !== "search") {
    const at = scrollY;
    TABS[current]();
    scrollTo(0, at);
  }
}

async function catchUp() {
  const had = Boolean(app.data);
  await refresh();
  if (!had && app.data) await show();
  await send();
}

/** Photos whose record and draft are both gone. */
async function dropOrphans() {
  const base = await db();
  const drafts = await base.getAll("drafts");
  const used = new Set([...items.flatMap((item) => item.files.map((file) => file.id)), ...drafts.flatMap((draft) => idsIn(draft.answers))]);
  for (const id of await base.getAllKeys("blobs")) if (!used.has(id)) await base.delete("blobs", id);
}

async function installWorker(place) {
  if (!navigator.serviceWorker) return;
  await navigator.serviceWorker.register(place.dataset.worker, { scope: place.dataset.scope }).catch(() => {});
}

async function start(place) {
  useSprite(place.dataset.sprite);
  await loadKept();
  await loadItems();
  await loadLasts();
  onChange(redraw);
  addEventListener("hashchange", () => void show());
  addEventListener("online", () => void catchUp());
  addEventListener("offline", () => { app.reachable = false; redraw(); });
  addEventListener("pagehide", () => void flush());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && Date.now() - Date.parse(app.fetchedAt || 0) > REFRESH_AFTER) void catchUp();
  });
  await show();
  showBanner();
  await measure();
  await catchUp();
  await installWorker(place);
  await askToStay().catch(() => {});
  await tidy();
  await dropOrphans();
}

const place = document.getElementById("app");
if (place) void start(place);
else watchConnection();
