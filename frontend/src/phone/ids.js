/** UUIDv7 made on the phone: 48 bits of milliseconds, then a counter, so that ids sort in the order of making. */
let lastMs = 0;
let counter = 0;

export function newId() {
  const ms = Math.max(Date.now(), lastMs);
  counter = ms === lastMs ? counter + 1 : crypto.getRandomValues(new Uint16Array(1))[0] & 0x7ff;
  lastMs = counter > 0xfff ? ms + 1 : ms;
  counter &= 0xfff;
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let i = 0; i < 6; i += 1) bytes[i] = Math.floor(lastMs / 2 ** (8 * (5 - i))) & 0xff;
  bytes[6] = 0x70 | (counter >> 8);
  bytes[7] = counter & 0xff;
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** SHA-256 of a blob in hex; empty where the page is not on HTTPS, for then browsers give no hashing. */
export async function sha256(blob) {
  if (!crypto.subtle) return "";
  const digest = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
