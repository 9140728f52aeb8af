/** One sprite of only the icons that pages use: the full set is 6 MB, ours stays near 40 KB. */
import { readFile, writeFile } from "node:fs/promises";

const folder = new URL("../node_modules/@tabler/icons/icons/outline/", import.meta.url);

/** The drawing inside one Tabler file, without its frame and its empty bounding path. */
function drawing(svg) {
  const inner = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
  return inner
    .replace(/<path stroke="none"[^>]*>/, "")
    .replace(/\s*\n\s*/g, "")
    .replace(/ \/>/g, "/>");
}

async function symbol(name) {
  let svg;
  try {
    svg = await readFile(new URL(`${name}.svg`, folder), "utf8");
  } catch {
    throw new Error(`icons.json lists “${name}”, which Tabler's outline set does not have`);
  }
  return `<symbol id="${name}" viewBox="0 0 24 24">${drawing(svg)}</symbol>`;
}

export async function writeSprite(here, out) {
  const names = JSON.parse(await readFile(here("src/icons.json"), "utf8"));
  const symbols = await Promise.all(names.map(symbol));
  await writeFile(`${out}/icons.svg`, `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}
