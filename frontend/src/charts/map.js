/**
 * The map of a bureau that uploaded its own outlines: all that charts.js draws, and the map. It takes the place of
 * charts.js on such a page, so that no other page carries the map's code.
 * Data: {outlines, areas: [{unit, label, state, word, figure, href}]}; `outlines` is the address of a GeoJSON whose
 * features are named by unit id.
 */
import { MapChart } from "echarts/charts";
import * as echarts from "echarts/core";

import { KINDS } from "./index.js";
import { safe, tooltip } from "./palette.js";

echarts.use([MapChart]);

/** The grounds of the tree-map, with the ink that can be read on each: the state is also written, never colour alone. */
const LOOK = {
  late: ["#cc3a44", "#fff"],
  due: ["#f0cf86", "#5c3d00"],
  go: ["#b9d2e8", "#12324f"],
  ok: ["#9fcbb0", "#12301f"],
  na: ["#dfe4ea", "#3c4857"],
};

function area({ unit, label, state, word, figure, href }) {
  const [areaColor, color] = LOOK[state];
  return {
    name: unit,
    said: [label, [word, figure].filter(Boolean).join(" ")],
    href,
    itemStyle: { areaColor },
    label: { show: true, color, fontSize: 12, lineHeight: 16, formatter: [label, word, figure].filter(Boolean).join("\n") },
  };
}

KINDS.map = (data) => ({
  tooltip: tooltip(({ data: row }) => (row?.said ? row.said.map(safe).join("<br>") : "")),
  series: [
    {
      type: "map",
      map: data.outlines,
      roam: false,
      selectedMode: false,
      left: 16,
      right: 16,
      top: 8,
      bottom: 12,
      label: { show: false },
      labelLayout: { hideOverlap: true },
      itemStyle: { areaColor: LOOK.na[0], borderColor: "#fff", borderWidth: 1.5 },
      emphasis: { disabled: true },
      data: data.areas.map(area),
    },
  ],
});

async function fetchOutlines(address) {
  if (echarts.getMap(address)) return;
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`outlines: ${answer.status}`);
  echarts.registerMap(address, await answer.json());
}

const draw = window.xaDraw;

/** A map waits for its outlines; when they do not arrive its words and table are shown instead. */
window.xaDraw = async (figure) => {
  if (figure.dataset.chart !== "map") return draw(figure);
  figure.dataset.drawn = "1";
  try {
    await fetchOutlines(JSON.parse(document.getElementById(figure.dataset.chartData).textContent).outlines);
    if (figure.isConnected) draw(figure);
  } catch {
    figure.querySelector(".chart-alt")?.classList.remove("sr");
  }
};
