/**
 * Our own line, the dashed pace that was expected, the dotted forecast, an optional ceiling.
 * Data: {labels, own, unit, expected?, forecast?, ceiling?: {value, label}, max?, bare?}
 */
import { BLUE, HAIR, INK, LINE, SECOND, safe, text, tooltip, withUnit } from "./palette.js";

const last = (values) => values.reduce((found, value, at) => (value == null ? found : at), -1);

function endLabel(values, words, color, offset) {
  const at = last(values);
  return {
    show: true,
    position: "right",
    color,
    fontSize: 12,
    offset,
    formatter: (point) => (point.dataIndex === at ? words(values[at]) : ""),
  };
}

/** The newest figure's label steps aside: up from the weeks below, and from the ceiling to where there is room. */
function dodge({ own, ceiling }) {
  const value = own[last(own)];
  if (value == null) return 7;
  const scale = Math.max(ceiling ? ceiling.value : 0, ...own);
  if (value < scale * 0.2) return -9;
  if (!ceiling) return 7;
  if (Math.abs(value - ceiling.value) > scale * 0.2) return 7;
  return value <= ceiling.value ? 16 : -9;
}

function own(data) {
  // The newest figure is written at the line's end; with a forecast, the forecast is written there instead.
  const label = data.forecast
    ? { show: false }
    : endLabel(data.own, (value) => withUnit(value, data.unit), BLUE, [0, dodge(data)]);
  return {
    type: "line",
    data: data.own,
    symbol: "circle",
    symbolSize: (value, point) => (point.dataIndex === last(data.own) ? 5 : 0),
    itemStyle: { color: BLUE },
    lineStyle: { color: BLUE, width: 2 },
    areaStyle: { color: "rgba(26,86,166,.08)" },
    label,
    markLine: data.ceiling && ceiling(data.ceiling),
    z: 3,
  };
}

function ceiling({ value, label }) {
  return {
    silent: true,
    symbol: "none",
    lineStyle: { color: INK.late, type: "dashed", width: 1 },
    label: { formatter: label, color: INK.late, fontSize: 12, position: "end" },
    data: [{ yAxis: value }],
  };
}

function expected(data) {
  return {
    type: "line",
    data: data.expected,
    symbol: "circle",
    symbolSize: 0.1,
    lineStyle: { color: "#9aa6b3", width: 1, type: "dashed" },
    label: endLabel(data.expected, (value) => `应达 ${withUnit(value, data.unit)}`, SECOND, [0, -4]),
  };
}

function forecast(data) {
  return {
    type: "line",
    data: data.forecast,
    symbol: "circle",
    symbolSize: 5,
    lineStyle: { type: "dotted", color: INK.due, width: 2 },
    itemStyle: { color: INK.due },
    label: endLabel(data.forecast, (value) => `预计 ${withUnit(value, data.unit)}`, INK.due, [0, 8]),
    z: 4,
  };
}

function hover(data) {
  const names = { own: "实际", expected: "应达", forecast: "预计" };
  return ([first]) =>
    [safe(first.axisValue)]
      .concat(
        Object.keys(names)
          .filter((key) => data[key] && data[key][first.dataIndex] != null)
          .map((key) => `${names[key]} ${withUnit(data[key][first.dataIndex], safe(data.unit))}`),
      )
      .join("<br>");
}

export function trend(data) {
  const count = data.labels.length;
  const few = count <= 7;
  return {
    tooltip: { trigger: "axis", axisPointer: { lineStyle: { color: LINE } }, ...tooltip(hover(data)) },
    grid: { left: data.bare ? 6 : 40, right: 74, top: 12, bottom: 22 },
    xAxis: {
      type: "category",
      data: data.labels,
      boundaryGap: false,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: LINE } },
      axisLabel: {
        ...text(),
        interval: few && !data.bare ? 0 : (at) => at === 0 || at === count - 1,
        alignMinLabel: "left",
      },
    },
    yAxis: {
      type: "value",
      show: !data.bare,
      min: 0,
      max: data.max ?? (data.unit === "%" ? 100 : undefined),
      splitNumber: 2,
      axisLabel: { ...text(), formatter: data.unit === "%" ? "{value}%" : "{value}" },
      splitLine: { lineStyle: { color: HAIR } },
    },
    series: [own(data), data.expected && expected(data), data.forecast && forecast(data)].filter(Boolean),
  };
}
