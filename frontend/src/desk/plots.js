/** Loads charts.js only when the page, or a part that arrived later, holds a chart; map.js, which draws all, for a map. */
const loading = {};

function address(name) {
  const told = document.querySelector('meta[name="charts"]');
  return name === "map" ? told?.dataset.map : told?.content;
}

function load(name) {
  loading[name] ||= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address(name);
    script.onload = resolve;
    script.onerror = () => {
      delete loading[name];
      reject(new Error(`${name}.js did not arrive`));
    };
    document.head.append(script);
  });
  return loading[name];
}

async function draw(root) {
  const figures = [...root.querySelectorAll("[data-chart]:not([data-drawn])")];
  const name = figures.some((figure) => figure.dataset.chart === "map") || loading.map ? "map" : "charts";
  if (!figures.length || !address(name)) return;
  try {
    await load(name);
    figures.forEach((figure) => window.xaDraw(figure));
  } catch {
    figures.forEach((figure) => figure.querySelector(".chart-alt")?.classList.remove("sr"));
  }
}

export function loadCharts() {
  draw(document);
  document.addEventListener("htmx:afterSettle", (event) => draw(event.target));
}
