/**
 * Columns made of parts; the parts' names stand beside the last column, so no legend is needed.
 * Data: {labels, unit, series: [{name, values, state?}]}
 */
import { FILL, HAIR, INK, LINE, SECOND, TONES, safe, text, tooltip, withUnit } from "./palette.js";

function part(series, at, end) {
  return {
    type: "bar",
    stack: "all",
    name: series.name,
    barMaxWidth: 34,
    data: series.values,
    itemStyle: { color: series.state ? FILL[series.state] : TONES[at], borderColor: "#fff", borderWidth: 0.5 },
    label: {
      show: true,
      position: "right",
      distance: 8,
      ...text(series.state ? INK[series.state] : SECOND),
      formatter: (point) => (point.dataIndex === end ? `${series.name} ${point.value}` : ""),
    },
    labelLayout: { moveOverlap: "shiftY" },
  };
}

export function stack(data) {
  const end = data.labels.length - 1;
  const lines = (points) =>
    [safe(points[0].axisValue), ...points.map((point) => `${safe(point.seriesName)} ${withUnit(point.value, safe(data.unit))}`)].join("<br>");
  return {
    tooltip: { trigger: "axis", axisPointer: { type: "none" }, ...tooltip(lines) },
    grid: { left: 40, right: 96, top: 10, bottom: 24 },
    xAxis: {
      type: "category",
      data: data.labels,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: LINE } },
      axisLabel: text(),
    },
    yAxis: { type: "value", splitNumber: 2, axisLabel: text(), splitLine: { lineStyle: { color: HAIR } } },
    series: data.series.map((series, at) => part(series, at, end)),
  };
}
