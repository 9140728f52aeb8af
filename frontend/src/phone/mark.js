/** 圈出来: what is meant, ringed with a finger and burnt into the picture, so that it goes where the picture goes. */
import { h, icon, screen } from "./dom.js";
import { newId, sha256 } from "./ids.js";
import { asJpeg, decode } from "./photo.js";

const RED = "#b5121b";
const LEAST = 24; // of the picture's own pixels: a slip of the finger is no ring

/** The photo with its rings as a new blob, or null when nothing was ringed. */
export async function markPhoto(held) {
  const picture = await decode(held.blob);
  const rings = [];
  const canvas = h("canvas", { class: "mark-on", width: picture.width, height: picture.height, "aria-label": "在照片上画圈" });
  const pen = canvas.getContext("2d");
  const draw = () => {
    pen.drawImage(picture, 0, 0);
    rings.forEach((one) => ring(pen, one, Math.max(picture.width, picture.height)));
  };
  followFinger(canvas, {
    start: (at) => rings.push([...at, ...at]),
    move: (at) => { rings[rings.length - 1].splice(2, 2, ...at); draw(); },
    end: () => { if (isSlip(rings[rings.length - 1])) rings.pop(); draw(); },
  });
  draw();
  const done = await screen("圈出来", [h("p", { class: "on-dark" }, "用手指从一角拖到另一角，把问题圈住。")], canvas, [
    ["undo", "撤一个", "arrow-back-up", () => { rings.pop(); draw(); return false; }],
    ["done", "圈好了", "check"],
  ]);
  if (done !== "done" || !rings.length) return null;
  const blob = await asJpeg(canvas);
  return { id: newId(), hash: await sha256(blob), blob, name: held.name, sent: false };
}

/** Moments of one finger on a canvas, in the canvas's own pixels. */
export function followFinger(canvas, { start, move, end }) {
  let finger = null;
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * canvas.width) / box.width, ((event.clientY - box.top) * canvas.height) / box.height];
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (finger !== null) return;
    finger = event.pointerId;
    canvas.setPointerCapture(finger);
    start(at(event));
  });
  canvas.addEventListener("pointermove", (event) => event.pointerId === finger && move(at(event)));
  const lift = (event) => {
    if (event.pointerId !== finger) return;
    finger = null;
    end();
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
}

const isSlip = ([x, y, x2, y2]) => Math.abs(x2 - x) < LEAST && Math.abs(y2 - y) < LEAST;

/** Dashed, red on a white edge: seen on any ground, and in grey. */
function ring(pen, [x, y, x2, y2], long) {
  const width = Math.max(3, long / 160);
  const path = new Path2D();
  path.ellipse((x + x2) / 2, (y + y2) / 2, Math.abs(x2 - x) / 2 + 1, Math.abs(y2 - y) / 2 + 1, 0, 0, 2 * Math.PI);
  pen.setLineDash([]);
  pen.lineWidth = width * 1.8;
  pen.strokeStyle = "rgba(255,255,255,.85)";
  pen.stroke(path);
  pen.setLineDash([width * 3, width * 2]);
  pen.lineWidth = width;
  pen.strokeStyle = RED;
  pen.stroke(path);
}
