/** The shield is one drawing of our own; the installed app's icons are made from the same file. */
import { copyFile } from "node:fs/promises";

export async function writeLogo(here, out) {
  await copyFile(here("src/logo.svg"), `${out}/logo.svg`);
  for (const size of [192, 512]) {
    await copyFile(here(`src/logo-${size}.png`), `${out}/logo-${size}.png`);
  }
}
