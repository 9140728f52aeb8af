/** Talking to the server. A Reply is {ok, status, body}; no network is status 0, signed out is 401. */
const TIMEOUT = 30000;

function token() {
  return decodeURIComponent((document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/) || [])[1] || "");
}

async function ask(url, options = {}) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), options.timeout || TIMEOUT);
  try {
    const response = await fetch(url, {
      credentials: "same-origin",
      redirect: "manual",
      cache: "no-store",
      signal: stop.signal,
      ...options,
      headers: { Accept: "application/json", ...options.headers },
    });
    if (response.type === "opaqueredirect") return { ok: false, status: 401, body: null };
    const json = (response.headers.get("Content-Type") || "").includes("json");
    return { ok: response.ok, status: response.status, body: json ? await response.json() : null, tag: response.headers.get("ETag") };
  } catch {
    return { ok: false, status: 0, body: null };
  } finally {
    clearTimeout(timer);
  }
}

export const get = (url, headers = {}) => ask(url, { headers });

export const post = (url, value) =>
  ask(url, {
    method: "POST",
    body: JSON.stringify(value),
    headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
  });

export function postForm(url, values, timeout = TIMEOUT) {
  const form = new FormData();
  for (const [name, value] of Object.entries(values)) {
    if (value instanceof Blob) form.append(name, value, values.name || "file");
    else form.append(name, value);
  }
  return ask(url, { method: "POST", body: form, headers: { "X-CSRFToken": token() }, timeout });
}
