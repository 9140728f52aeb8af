/** Loads charts.js only when the page, or a part that arrived later, holds a chart. */
let loading;

function address() {
  return document.querySelector('meta[name="charts"]')?.content;
}

function load() {
  loading ||= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address();
    script.onload = resolve;
    script.onerror = () => {
      loading = undefined;
      reject(new Error("charts.js did not arrive"));
    };
    document.head.append(script);
  });
  return loading;
}

async function draw(root) {
  const figures = [...root.querySelectorAll("[data-chart]:not([data-drawn])")];
  if (!figures.length || !address()) return;
  try {
    await load();
    figures.forEach((figure) => window.xaDraw(figure));
  } catch {
    figures.forEach((figure) => figure.querySelector(".chart-alt")?.classList.remove("sr"));
  }
}

export function loadCharts() {
  draw(document);
  document.addEventListener("htmx:afterSettle", (event) => draw(event.target));
}
