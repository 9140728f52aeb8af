/** Prints what a browser fetches, and fails when the phone's first page would outgrow its budget. */
import { readFile, readdir } from "node:fs/promises";
import { gzipSync } from "node:zlib";

const PHONE_FILES = ["phone.css", "phone.js", "icons.svg"];
const PHONE_BUDGET_KB = 135; // of 150 KB for the first page; the rest is the page itself

export async function printSizes(out) {
  const names = (await readdir(out)).filter((name) => /\.(css|js|svg|png)$/.test(name)).sort();
  const zipped = {};
  for (const name of names) {
    const bytes = await readFile(`${out}/${name}`);
    zipped[name] = gzipSync(bytes).length / 1024;
    console.log(`${name.padEnd(14)} ${(bytes.length / 1024).toFixed(1).padStart(8)} KB ${zipped[name].toFixed(1).padStart(8)} KB gz`);
  }
  const phone = PHONE_FILES.reduce((sum, name) => sum + zipped[name], 0);
  console.log(`phone first page without its HTML: ${phone.toFixed(1)} KB gz (at most ${PHONE_BUDGET_KB})`);
  if (phone > PHONE_BUDGET_KB) {
    throw new Error("the phone's first page is over its budget");
  }
}
