/** The service worker. It belongs to the phone work; until that fills it, it only takes over at once. */
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
