/** Where: a point of the school by list or by its QR code, or in words; for bureaus, which school. */
import { fill, h, icon, panel, toast } from "../dom.js";
import { points } from "../hazards.js";
import { canScan, scanPoint } from "../scan.js";
import { part } from "../state.js";

const SHOWN = 60;
const WORDS = { 1: "重大", 2: "较大", 3: "一般", 4: "低" };

/** {point, place} or null. */
export function choosePlace(now = "") {
  return new Promise((resolve) => {
    let chosen = null;
    const take = (found) => { chosen = found; dialog.close(); };
    const list = h("div");
    const draw = (words) => fill(list, lines(words, take));
    const scan = async () => {
      const token = await scanPoint();
      const point = points().find((one) => one.token === token);
      if (point) take({ point: point.id, place: point.name });
      else if (token) toast("这个二维码不是本单位的点位。请从列表里选，或者写出地点。", { state: "due" });
    };
    const dialog = panel("在哪里",
      canScan() ? h("button", { type: "button", class: "btn wide", onclick: () => void scan() }, icon("qrcode", 20), "扫点位二维码")
        : h("p", { class: "why-line" }, "墙上有二维码的，用手机自带的相机扫一下，会带着地点打开这里。"),
      h("input", { type: "search", class: "find", id: "f-find-place", placeholder: "找点位，或者直接写地点", value: points().length ? "" : now, "aria-label": "地点", oninput: (e) => draw(e.target.value.trim()) }), list);
    dialog.addEventListener("close", () => resolve(chosen));
    draw("");
  });
}

function lines(words, take) {
  const found = points().filter((one) => !words || one.name.includes(words) || (one.place || "").includes(words));
  return [
    words && h("div", { class: "lis" }, h("button", { type: "button", class: "li pick", onclick: () => take({ point: "", place: words.slice(0, 120) }) }, icon("pencil", 22), h("span", { class: "name" }, `就写“${words}”`))),
    h("div", { class: "lis" }, found.slice(0, SHOWN).map((one) => h("button", { type: "button", class: "li pick", onclick: () => take({ point: one.id, place: one.name }) },
      icon("map-pin", 22), h("span", { class: "two" }, h("span", { class: "name" }, one.name), one.place && h("span", { class: "muted t13" }, one.place)), one.level && h("span", { class: `lv lv${one.level}` }, WORDS[one.level])))),
    !found.length && !words && h("p", { class: "why-line" }, "本单位还没有登记点位，直接写地点就行。"),
  ];
}

/** {id, name} of a school below, or null. */
export function chooseSchool() {
  return new Promise((resolve) => {
    let chosen = null;
    const list = h("div", { class: "lis" });
    const draw = (words) => fill(list, part("schools").filter(([, name]) => !words || name.includes(words)).slice(0, SHOWN).map(([id, name]) =>
      h("button", { type: "button", class: "li pick", onclick: () => { chosen = { id, name }; dialog.close(); } }, icon("school", 22), h("span", { class: "name" }, name))));
    const dialog = panel("哪所学校", h("input", { type: "search", class: "find", placeholder: "写学校名字里的字", "aria-label": "找学校", oninput: (e) => draw(e.target.value.trim()) }), list);
    dialog.addEventListener("close", () => resolve(chosen));
    draw("");
  });
}
