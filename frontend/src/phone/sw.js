/**
 * The service worker: keeps the page and its parts of one version together, so that it opens without a network
 * and is never a mixture of two. Data and sending are the page's own work; they pass through here untouched.
 * The server writes self.XIAOAN = {version, page, files} above this text.
 */
const { version, page, files } = self.XIAOAN;
const CACHE = `xiaoan-${version}`;

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && url.pathname === page) event.respondWith(kept(page, request));
  else if (files.includes(url.pathname)) event.respondWith(kept(url.pathname, request));
});

async function install() {
  const cache = await caches.open(CACHE);
  await Promise.all([...files, page].map((url) => keep(cache, url)));
  await self.skipWaiting();
}

/** A sign-in page in place of ours must not be kept: then this version is not installed and is tried again later. */
async function keep(cache, url) {
  const response = await fetch(url, { cache: "reload", credentials: "same-origin" });
  if (!response.ok || response.redirected) throw new Error(`could not keep ${url}`);
  await cache.put(url, response);
}

async function activate() {
  for (const name of await caches.keys()) if (name.startsWith("xiaoan-") && name !== CACHE) await caches.delete(name);
  await self.clients.claim();
}

async function kept(url, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(url)) || fetch(request);
}
