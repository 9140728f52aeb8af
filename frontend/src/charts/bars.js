/** Horizontal bars with name and figure written on them. Data: {labels, values, unit, states?, hrefs?, max?} */
import { BLUE, FILL, safe, text, tooltip, withUnit } from "./palette.js";

export function bars(data) {
  return {
    tooltip: tooltip((point) => `${safe(point.name)} ${withUnit(point.value, safe(data.unit))}`),
    grid: { left: 4, right: 64, top: 2, bottom: 2, containLabel: true },
    xAxis: { type: "value", show: false, min: 0, max: data.max },
    yAxis: {
      type: "category",
      inverse: true,
      data: data.labels,
      axisTick: { show: false },
      axisLine: { show: false },
      axisLabel: { ...text("#1b2733"), fontSize: 13, width: 128, overflow: "truncate" },
    },
    series: [
      {
        type: "bar",
        barWidth: 10,
        data: data.values.map((value, at) => ({
          value,
          href: data.hrefs?.[at],
          itemStyle: { color: data.states ? FILL[data.states[at]] : BLUE, borderRadius: 2 },
        })),
        label: {
          show: true,
          position: "right",
          ...text("#1b2733"),
          fontWeight: 600,
          formatter: (point) => withUnit(point.value, data.unit),
        },
      },
    ],
  };
}
