/** Builds everything the pages load into ../build/static, and the division table into ../build. */
import { build } from "esbuild";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { writeDivisions } from "./steps/divisions.mjs";
import { writeSprite } from "./steps/icons.mjs";
import { writeLogo } from "./steps/logo.mjs";
import { printSizes } from "./steps/sizes.mjs";
import { tablerParts } from "./steps/tabler.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const out = here("../build/static");

/** Old Android web views and Safari 15 are what teachers' phones still carry; Tabler itself needs Safari 15. */
const shared = {
  bundle: true,
  minify: true,
  charset: "utf8",
  legalComments: "none",
  target: ["es2020", "chrome90", "safari15"],
  outdir: out,
  logLevel: "warning",
};

await mkdir(out, { recursive: true });
await Promise.all([
  build({
    ...shared,
    entryPoints: { desk: here("src/desk.css"), phone: here("src/phone.css") },
    plugins: [tablerParts(here)],
  }),
  build({
    ...shared,
    format: "iife",
    entryPoints: {
      desk: here("src/desk/index.js"),
      charts: here("src/charts/index.js"),
      map: here("src/charts/map.js"),
      phone: here("src/phone/index.js"),
      sw: here("src/phone/sw.js"),
    },
  }),
  writeSprite(here, out),
  writeLogo(here, out),
  writeDivisions(here("../build/divisions.json")),
]);
await printSizes(out);
