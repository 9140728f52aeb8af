/** One question each: draw(field, value, set, form) gives its control. Touch targets are 44 px and more. */
import { h, icon, toast } from "./dom.js";
import { files } from "./shots.js";

const YES_NO = [{ key: "yes", label: "是" }, { key: "no", label: "否" }];
const CHECK = [{ key: "ok", label: "正常" }, { key: "bad", label: "异常" }, { key: "na", label: "不适用" }];
const MOST_BUTTONS = 14; // more than this are quicker found in the phone's own list

const textInput = (field, value, set, props) =>
  h("input", { id: `f-${field.key}`, value: value ?? "", autocomplete: "off", oninput: (e) => set(e.target.value), ...props });

function text(field, value, set) {
  if ((field.max || 0) <= 60) return textInput(field, value, set, { maxlength: field.max });
  const area = h("textarea", { id: `f-${field.key}`, rows: 2, value: value ?? "", oninput: (e) => set(e.target.value) });
  return area;
}

function number(field, value, set) {
  const whole = field.type === "number" && Number.isInteger(field.min ?? 0);
  const input = textInput(field, value, set, { inputmode: whole ? "numeric" : "decimal", class: "num" });
  return field.unit ? h("div", { class: "with-unit" }, input, h("span", null, field.unit)) : input;
}

const date = (field, value, set) => textInput(field, value, set, { type: "date", max: undefined });
const time = (field, value, set) => textInput(field, value, set, { type: "time" });

function buttons(field, value, set, options, many) {
  const chosen = () => (many ? value || [] : value === undefined ? [] : [String(value)]);
  const group = h("div", { class: "opts", role: many ? "group" : "radiogroup", "aria-labelledby": `l-${field.key}` });
  const mark = () => [...group.children].forEach((b) => b.setAttribute(many ? "aria-pressed" : "aria-checked", chosen().includes(b.dataset.key)));
  const tap = (key) => {
    if (many) value = chosen().includes(key) ? chosen().filter((one) => one !== key) : [...chosen(), key];
    else value = chosen()[0] === key && !field.required ? undefined : key;
    mark();
    set(value);
  };
  group.append(...options.map((o) =>
    h("button", { type: "button", class: "opt", role: many ? undefined : "radio", "data-key": o.key, onclick: () => tap(o.key) }, o.label)));
  mark();
  return group;
}

function choice(field, value, set) {
  if (field.options.length <= MOST_BUTTONS) return buttons(field, value, set, field.options, false);
  return h("select", { id: `f-${field.key}`, onchange: (e) => set(e.target.value || undefined) },
    h("option", { value: "" }, "请选择"),
    field.options.map((o) => h("option", { value: o.key, selected: o.key === value }, o.label)));
}

/** A check: three buttons, and where something is wrong, one sentence. */
function check(field, value, set, form) {
  const note = textInput({ key: field.note }, form.get(field.note), (v) => form.set(field.note, v), {
    placeholder: "发现了什么，一句话", "aria-label": `${field.label}：发现了什么`, maxlength: 500,
  });
  const box = h("div", { class: "note-box", hidden: value !== "bad" }, note);
  const row = buttons({ ...field, required: true }, value, (v) => {
    box.hidden = v !== "bad";
    if (v === "bad") note.focus();
    set(v);
  }, CHECK, false);
  row.classList.add("three");
  return h("div", null, row, box);
}

function place(field, value, set) {
  const told = h("span", { class: "muted" }, value ? "已取到位置" : "");
  const take = () => {
    told.textContent = "正在取位置…";
    navigator.geolocation?.getCurrentPosition(
      ({ coords }) => { set({ lat: coords.latitude, lon: coords.longitude }); told.textContent = "已取到位置"; },
      () => { told.textContent = ""; toast("没有取到位置。请允许使用位置，到开阔处再试，或先不填。", { state: "due" }); },
      { timeout: 15000, enableHighAccuracy: true });
  };
  return h("div", { class: "rw" }, h("button", { type: "button", class: "btn", onclick: take }, icon("map-pin"), "取当前位置"), told);
}

/** A small table: each row is a block of its own. */
function table(field, value, set) {
  const rows = value || [];
  const box = h("div");
  const show = () => box.replaceChildren(
    ...rows.map((row, at) => h("div", { class: "sub" },
      field.fields.map((f) => h("label", null, f.label, draw({ ...f, key: `${field.key}-${at}-${f.key}` }, row[f.key], (v) => { row[f.key] = v; set(rows); }))),
      h("button", { type: "button", class: "btn", onclick: () => { rows.splice(at, 1); set(rows); show(); } }, "去掉这行"))),
    h("button", { type: "button", class: "btn", onclick: () => { rows.push({}); set(rows); show(); } }, icon("plus"), "加一行"));
  show();
  return box;
}

const DRAW = {
  text, number, date, time, choice, check, place, table,
  choices: (f, v, set) => buttons(f, v, set, f.options, true),
  yesno: (f, v, set) => buttons(f, v, set, YES_NO, false),
  photo: files, file: files,
  person: (f, v, set) => textInput(f, v, set, { maxlength: 60 }),
  signature: (f, v, set) => textInput(f, v, set, { maxlength: 60, placeholder: "写姓名，代替签名" }),
};

export const draw = (field, value, set, form) => DRAW[field.type](field, value, set, form);
