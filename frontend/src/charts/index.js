/** Draws every chart of the pages. Loaded only where a page holds one. */
import { BarChart, LineChart, TreemapChart } from "echarts/charts";
import { GridComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";

import { bars } from "./bars.js";
import { stack } from "./stack.js";
import { treemap } from "./treemap.js";
import { trend } from "./trend.js";

echarts.use([LineChart, BarChart, TreemapChart, GridComponent, MarkLineComponent, TooltipComponent, LabelLayout, SVGRenderer]);

export const KINDS = { trend, bars, stack, treemap };

function read(figure) {
  return JSON.parse(document.getElementById(figure.dataset.chartData).textContent);
}

/** Draws one figure and keeps it to the size of its box. */
window.xaDraw = function draw(figure) {
  const plot = figure.querySelector(".chart-plot");
  const chart = echarts.init(plot, null, { renderer: "svg" });
  const fontFamily = getComputedStyle(document.body).fontFamily;
  chart.setOption({
    animation: false,
    textStyle: { fontFamily },
    ...KINDS[figure.dataset.chart](read(figure), plot),
  });
  chart.on("click", (event) => {
    if (event.data?.href) location.assign(event.data.href);
  });
  new ResizeObserver(() => plot.isConnected && chart.resize()).observe(plot);
  figure.dataset.drawn = "1";
};
