/** Photos and files of a form, shown small: take, ring, take away. They wait in the database until they are sent. */
import { h, icon } from "./dom.js";
import { markPhoto } from "./mark.js";
import { takeFile } from "./photo.js";

const isPicture = (held) => Boolean(held?.blob.type.startsWith("image/"));

/** The control of a field: `set` gets the ids, `form.held` keeps the blobs. */
export function files(field, value, set, form) {
  const { held } = form;
  const most = field.max || 9;
  const picture = field.type === "photo";
  const box = h("div", { class: field.big ? "shots big" : "shots" });
  const change = (ids) => { value = ids; set(value); show(); };
  const input = chooser(field, picture, async (chosen) => {
    const ids = [...(value || [])];
    for (const file of chosen.slice(0, most - ids.length)) {
      const taken = await takeFile(file);
      if (await held.keep(taken)) ids.push(taken.id);
    }
    change(ids);
  });
  const drop = async (id) => {
    await held.drop(id);
    change(value.filter((one) => one !== id));
  };
  const ring = async (id) => {
    const marked = await markPhoto(held.get(id));
    if (!marked || !(await held.keep(marked))) return; // the bare photo goes with the orphans, once the draft names the ringed one
    change(value.map((one) => (one === id ? marked.id : one)));
  };
  const show = () => {
    const ids = value || [];
    const add = ids.length < most && h("button", { type: "button", class: "add", onclick: () => input.click() },
      icon(picture ? "camera-plus" : "paperclip", 26), picture ? (ids.length ? "再拍一张" : "拍照") : "选文件");
    const mark = field.big && ids.length > 0 && h("button", { type: "button", class: "add soft", onclick: () => void ring(ids[0]) }, icon("pencil", 26), "圈出来");
    const shots = ids.map((id, at) => shot(held.get(id), () => void drop(id), !(field.big && at === 0) && (() => void ring(id))));
    box.replaceChildren(...(field.big ? [...shots.slice(0, 1), add, mark, ...shots.slice(1)] : [...shots, add]).filter(Boolean));
    box.classList.toggle("none", !ids.length);
  };
  show();
  return h("div", null, box, input);
}

const chooser = (field, picture, take) => h("input", {
  type: "file", hidden: true, id: `f-${field.key}`, accept: picture ? "image/*" : undefined,
  capture: picture ? "environment" : undefined, multiple: !picture,
  onchange: async (event) => {
    const chosen = [...event.target.files];
    event.target.value = "";
    await take(chosen);
  },
});

function shot(held, drop, ring) {
  return h("figure", null,
    !held ? h("span", { class: "doc" }, icon("circle-check", 24), "已发出") : isPicture(held) ? h("img", { src: URL.createObjectURL(held.blob), alt: "照片" }) : h("span", { class: "doc" }, icon("file-text", 24), held?.name || "文件"),
    h("button", { type: "button", "aria-label": "去掉这张", onclick: drop }, icon("x", 20)),
    ring && isPicture(held) && h("button", { type: "button", class: "ring", "aria-label": "圈出来", onclick: ring }, icon("pencil", 20)));
}
