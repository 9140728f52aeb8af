/** The colours of marks (never of text) and of text (never of marks), as in css/tokens.css. */
export const FILL = { ok: "#3a9a63", go: "#6f9dc6", due: "#e0a52b", late: "#cc3a44", na: "#c6ced7" };
export const INK = { ok: "#1a7340", go: "#2a5f8f", due: "#8a5a00", late: "#b91c26", na: "#5d6a79" };
/** For parts that are not states: issuing offices, kinds. Five at most. */
export const TONES = ["#1a56a6", "#5b8bc4", "#8d9db0", "#aeb9c6", "#cfd6de"];
export const BLUE = "#1a56a6";
export const SECOND = "#556373";
export const LINE = "#dfe4ea";
export const HAIR = "#ebeff3";

export const text = (color = SECOND) => ({ color, fontSize: 12 });

/** “78%” stands together, “38 分钟” is parted by a space. */
export const withUnit = (value, unit) => (unit === "%" ? `${value}%` : `${value} ${unit}`);

export const tooltip = (formatter) => ({
  confine: true,
  borderColor: LINE,
  padding: [6, 10],
  textStyle: { color: "#1b2733", fontSize: 13 },
  formatter,
});

/** ECharts puts tooltip text in as HTML: names that people typed must not become markup. */
export const safe = (value) =>
  String(value).replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
