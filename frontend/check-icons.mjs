/** Fails when a template asks for an icon that the sprite does not hold. Run: npm run check */
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const listed = new Set(JSON.parse(await readFile(new URL("src/icons.json", import.meta.url), "utf8")));
const root = fileURLToPath(new URL("../xiaoan", import.meta.url));

async function* templates(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* templates(path);
    else if (entry.name.endsWith(".html")) yield path;
  }
}

let missing = 0;
for await (const path of templates(root)) {
  const text = await readFile(path, "utf8");
  for (const [, name] of text.matchAll(/(?:\{%\s*icon\s+|\bicon=)["']([\w-]+)["']/g)) {
    if (listed.has(name)) continue;
    missing += 1;
    console.error(`${path}: icon “${name}” is not in frontend/src/icons.json`);
  }
}
process.exitCode = missing ? 1 : 0;
