/**
 * Schools grouped by township: area is pupils, 逾 and 临 are written in the square.
 * Data: {groups: [{name, children: [{name, value, state, href?, n?}]}]}; `n` is how many matters are late or coming.
 */
import { safe, tooltip } from "./palette.js";

const LOOK = {
  late: { letter: "逾", word: "有逾期", fill: "#cc3a44", ink: "#fff" },
  due: { letter: "临", word: "本周到期", fill: "#f0cf86", ink: "#5c3d00" },
  ok: { letter: "", word: "正常", fill: "#9fcbb0", ink: "#1b2733" },
  na: { letter: "", word: "不适用", fill: "#dfe4ea", ink: "#1b2733" },
};

function school(row) {
  const look = LOOK[row.state];
  return {
    name: look.letter && row.n > 1 ? `${look.letter}${row.n}` : look.letter,
    school: row.name,
    word: row.n ? `${look.word} ${row.n} 件` : look.word,
    value: row.value,
    href: row.href,
    itemStyle: { color: look.fill },
    label: { color: look.ink },
  };
}

function group({ name, children }) {
  const late = children.filter((row) => row.state === "late").length;
  return { name: late ? `${name} 逾${late}` : name, children: children.map(school) };
}

const LEVELS = [
  { itemStyle: { gapWidth: 4, borderWidth: 0 }, upperLabel: { show: false } },
  { itemStyle: { gapWidth: 1, borderColor: "#fff", borderWidth: 1, color: "#fff" }, upperLabel: { show: true } },
  { itemStyle: { gapWidth: 1, borderColor: "#fff", borderWidth: 0 } },
];

export function treemap(data) {
  return {
    tooltip: tooltip(({ data: row }) => (row?.school ? `${safe(row.school)}<br>${row.word}，学生 ${row.value} 人` : safe(row?.name ?? ""))),
    series: [
      {
        type: "treemap",
        left: 10,
        right: 10,
        top: 0,
        bottom: 10,
        roam: false,
        nodeClick: false,
        breadcrumb: { show: false },
        sort: false,
        squareRatio: 0.9,
        label: { show: true, fontSize: 12, position: "inside", padding: 0, overflow: "break", lineOverflow: "truncate" },
        upperLabel: { show: true, height: 18, color: "#1b2733", fontSize: 12, padding: [0, 2] },
        levels: LEVELS,
        data: data.groups.map(group),
      },
    ],
  };
}
