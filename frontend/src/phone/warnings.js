/**
 * What may lose data, said before it does: a full phone, a browser that clears pages nobody opened for seven
 * days (WebKit does, unless the page is on the home screen), records that have waited for long.
 */
import { waiting } from "./outbox.js";

const OLD_DAYS = 3; // of the seven after which WebKit may clear: time enough to find a network
const LEAST_FREE = 20 * 1048576;

export const storage = { used: 0, free: Infinity, persisted: false, failed: false };

export const isInstalled = () => matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;
const isWebKit = () => /iP(hone|ad|od)/.test(navigator.userAgent) || (/Safari/.test(navigator.userAgent) && !/Chrom|Android/.test(navigator.userAgent));

export async function measure() {
  if (!navigator.storage?.estimate) return;
  const { usage = 0, quota = 0 } = await navigator.storage.estimate();
  storage.used = usage;
  storage.free = Math.max(0, quota - usage);
  storage.persisted = (await navigator.storage.persisted?.()) || false;
}

/** Asks the browser not to clear us; it answers by its own rules, mostly yes for an installed page. */
export async function askToStay() {
  if (navigator.storage?.persist && !(await navigator.storage.persisted())) await navigator.storage.persist();
  await measure();
}

/** [{state, text}], worst first. */
export function warnings() {
  const unsent = waiting();
  const oldest = unsent.length ? (Date.now() - Date.parse(unsent[0].captured_at)) / 86400000 : 0;
  const found = [];
  if (storage.failed || storage.free < LEAST_FREE) {
    found.push({ state: "late", text: "手机空间快满了，可能记不下新内容。请先删掉一些照片或视频，再回来发送。" });
  }
  if (oldest >= OLD_DAYS) {
    found.push({ state: "due", text: `有记录等了 ${Math.floor(oldest)} 天还没发出。请连上网络打开一次本页，发完再放心。` });
  }
  if (isWebKit() && !isInstalled()) {
    found.push({ state: "due", text: "苹果手机会清掉 7 天没打开的网页里存的内容。请点“分享”再点“添加到主屏幕”，从桌面图标打开就不会被清。" });
  } else if (unsent.length && !storage.persisted && !isInstalled()) {
    found.push({ state: "due", text: "浏览器空间紧张时可能清掉还没发送的记录。把本页添加到主屏幕更稳妥。" });
  }
  if (!window.isSecureContext) {
    found.push({ state: "due", text: "现在的网址不是加密连接，没有网络时打不开本页。请联系管理员启用加密网址。" });
  }
  return found;
}
