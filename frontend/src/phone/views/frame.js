/** The head, the banner and the tab bar. */
import { fill, h, icon } from "../dom.js";
import { foreign, ownItems, ownWaiting } from "../outbox.js";
import { sending } from "../send.js";
import { app } from "../state.js";

export const demo = () => app.data?.demo && h("span", { class: "demo on-navy" }, "演示数据");

/** The head of a page that is not a tab: back, title. */
export function back(title) {
  const go = () => (history.length > 1 ? history.back() : (location.hash = "#/"));
  return h("div", { class: "ph-nav" },
    h("a", { class: "back", role: "button", tabindex: 0, "aria-label": "返回", onclick: go, onkeydown: (e) => e.key === "Enter" && go() }, icon("chevron-left")),
    h("b", { class: "nav-title" }, title),
    h("span", { class: "end" }, demo()));
}

/** The head of a tab. */
export const head = (title, line, figure, unit) =>
  h("div", { class: "hd" }, h("div", { class: "lf" }, h("b", null, title, " ", demo()), h("small", null, line)),
    figure !== undefined && h("div", { class: "rg" }, h("b", null, String(figure)), h("small", null, unit)));

export const refusedItems = () => {
  const here = ownItems().filter((item) => item.state === "refused");
  const settled = new Set(ownItems().filter((item) => item.state === "void").map((item) => item.id));
  const known = new Set(here.map((item) => item.id));
  const elsewhere = (app.data?.refused || []).filter((one) => !known.has(one.id) && !settled.has(one.id));
  return [...here, ...elsewhere];
};

let deliveredUntil = 0;
let lastWaiting = 0;

export function showBanner() {
  const banner = document.getElementById("banner");
  const count = ownWaiting().length;
  if (lastWaiting && !count && app.reachable) {
    deliveredUntil = Date.now() + 4000;
    setTimeout(showBanner, 4100);
  }
  lastWaiting = count;
  const told = bannerWords(count);
  banner.hidden = !told;
  if (!told) return;
  const [look, sign, text, end, to] = told;
  banner.className = `ph-off ${look}`;
  banner.setAttribute("href", to || "#/me");
  fill(banner, icon(sign), h("span", null, text), end && h("b", null, end, icon("chevron-right", 16)));
}

function bannerWords(count) {
  const end = count ? `待发 ${count} 条` : "";
  if (app.signedOut) return ["", "login", "登录已过期，记的都在手机里", "去登录", `/accounts/login/?next=${encodeURIComponent("/phone/")}`];
  if (!app.reachable || !navigator.onLine) return ["", "cloud-off", "没有网络，照常用，不会丢", end];
  const bad = refusedItems().length;
  if (bad) return ["bad", "alert-circle", `有 ${bad} 条没有办成`, "去处理"];
  if (foreign().length) return ["", "users", `有 ${foreign().length} 条是别人的，等本人登录后发`, ""];
  if (count && sending()) return ["", "cloud-upload", "正在发送", end];
  return Date.now() < deliveredUntil ? ["sent", "cloud-check", "都发出去了", ""] : null;
}

const TABS = ["", "report", "patrol", "study", "me"];
const BARE = ["report"]; // a tab whose page is a form has its button where the bar would be

/** Marks the tab in the bar that the server drew, and its badge (on 待办 only). */
export function showTabs(name, badge) {
  const bar = document.querySelector(".tabbar");
  if (!bar) return;
  bar.hidden = !TABS.includes(name) || BARE.includes(name);
  [...bar.children].forEach((link, at) => {
    link.classList.toggle("on", TABS[at] === name);
    if (TABS[at] === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
    if (at === 0) {
      link.querySelector("em")?.remove();
      if (badge) link.append(h("em", null, badge > 99 ? "99+" : String(badge)));
    }
  });
}
