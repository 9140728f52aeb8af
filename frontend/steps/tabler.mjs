/**
 * Takes from Tabler only the parts that our pages use: 640 KB becomes about 60.
 * A selector is kept when every class in it is on the list in tabler-parts.json.
 */
import { readFile } from "node:fs/promises";

/** Splits a style sheet into [prelude, body] blocks; a statement such as @charset has no body. */
export function blocks(css) {
  const found = [];
  let at = 0;
  while (at < css.length) {
    const open = css.indexOf("{", at);
    const semi = css.indexOf(";", at);
    if (open < 0) break;
    if (semi >= 0 && semi < open) {
      at = semi + 1;
      continue;
    }
    const end = closing(css, open);
    found.push([css.slice(at, open).trim(), css.slice(open + 1, end)]);
    at = end + 1;
  }
  return found;
}

/** The index of the brace that closes the one at `open`; quoted braces do not count. */
function closing(css, open) {
  let depth = 0;
  let quote = "";
  for (let at = open; at < css.length; at += 1) {
    const char = css[at];
    if (quote) {
      if (char === "\\") at += 1;
      else if (char === quote) quote = "";
    } else if (char === '"' || char === "'") quote = char;
    else if (char === "{") depth += 1;
    else if (char === "}" && (depth -= 1) === 0) return at;
  }
  throw new Error("Tabler's style sheet has a brace that never closes");
}

/** Splits a selector list at its top-level commas only, so :not(.a, .b) stays whole. */
function selectors(prelude) {
  const parts = [""];
  let depth = 0;
  for (const char of prelude) {
    if (char === "(") depth += 1;
    if (char === ")") depth -= 1;
    if (char === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += char;
  }
  return parts.map((part) => part.trim());
}

function keeper(patterns) {
  const allowed = new RegExp(`^(?:${patterns.join("|")})$`);
  return (selector) => {
    if (/data-bs-theme=["']?dark|\[dir=|data-bs-(?!theme)/.test(selector)) return false;
    const classes = [...selector.matchAll(/\.((?:\\.|[\w-])+)/g)].map((match) => match[1]);
    return classes.every((name) => allowed.test(name));
  };
}

function filter(css, keeps) {
  return blocks(css)
    .map(([prelude, body]) => {
      if (/^@(media|supports)/.test(prelude)) {
        const inner = filter(body, keeps);
        return inner && `${prelude}{${inner}}`;
      }
      if (prelude.startsWith("@")) return "";
      const kept = selectors(prelude).filter(keeps);
      return kept.length ? `${kept.join(",")}{${body}}` : "";
    })
    .join("");
}

/** Drops Tabler variables that nothing kept reads; each round may free more, so it runs until still. */
function dropUnread(css) {
  for (;;) {
    const read = new Set([...css.matchAll(/var\((--[\w-]+)/g)].map((match) => match[1]));
    const next = css.replace(/(--tblr-[\w-]+)\s*:(?:[^;{}"']|"[^"]*"|'[^']*')*(;|(?=\}))/g, (all, name) =>
      read.has(name) ? all : "",
    );
    if (next === css) return css.replace(/[^{}]+\{\s*\}/g, "");
    css = next;
  }
}

/** An esbuild plugin that answers `@import "tabler-parts"`. */
export function tablerParts(here) {
  return {
    name: "tabler-parts",
    setup(build) {
      build.onResolve({ filter: /^tabler-parts$/ }, () => ({ path: "tabler-parts", namespace: "tabler" }));
      build.onLoad({ filter: /.*/, namespace: "tabler" }, async () => {
        const full = await readFile(here("node_modules/@tabler/core/dist/css/tabler.css"), "utf8");
        const patterns = JSON.parse(await readFile(here("tabler-parts.json"), "utf8"));
        const plain = full.replace(/\/\*[\s\S]*?\*\//g, "");
        return { contents: dropUnread(filter(plain, keeper(patterns))), loader: "css" };
      });
    },
  };
}
