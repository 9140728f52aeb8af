/**
 * Reading the QR code of a point. The reader travels with the page: of the browsers on teachers' phones only Chrome with
 * Google's services brings one. Where there is no camera for us, the phone's own opens the code's address, which leads
 * back here.
 */
import { BarcodeDetector } from "qr/decode.js";
import { h, screen, toast } from "./dom.js";

const EVERY = 250; // milliseconds between two looks

export const canScan = () => Boolean(navigator.mediaDevices?.getUserMedia);

/** The token in a code's address; empty when it is not one of ours. */
export const tokenOf = (text) => (String(text).match(/\/q\/([\w-]{6,64})\/?(?:[?#]|$)/) || [])[1] || "";

/** Asks for a code through the camera. Answers its token, or "". */
export async function scanPoint() {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }).catch(() => null);
  if (!stream) {
    toast("相机没有打开。请允许使用相机，或者从列表里选地点。", { state: "due" });
    return "";
  }
  const video = h("video", { class: "scan-on", autoplay: true, playsinline: true, muted: true });
  video.srcObject = stream;
  let token = "";
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  const look = async () => {
    const found = await detector.detect(video).catch(() => []);
    token = found.map((code) => tokenOf(code.rawValue)).find(Boolean) || "";
    if (token) video.closest("dialog")?.close();
  };
  const timer = setInterval(() => void look(), EVERY);
  await screen("扫点位二维码", [h("p", { class: "on-dark" }, "把墙上的二维码放进画面。")], video, []);
  clearInterval(timer);
  stream.getTracks().forEach((track) => track.stop());
  return token;
}
