/** A signature written with a finger: a picture like any other, kept and sent with its command. */
import { h, screen } from "./dom.js";
import { newId, sha256 } from "./ids.js";
import { followFinger } from "./mark.js";
import { asJpeg } from "./photo.js";

const SIZE = [960, 480];
const LEAST = 12; // points of ink: a tap is no signature

/** {id, hash, blob, name} of what was signed, or null. `whose` stands above the glass, `says` is what is signed to. */
export async function askSignature(whose, says) {
  const canvas = h("canvas", { class: "sign-on", width: SIZE[0], height: SIZE[1], "aria-label": `${whose}手写签名` });
  const pen = canvas.getContext("2d");
  let ink = 0;
  const wipe = () => {
    ink = 0;
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, ...SIZE);
  };
  wipe();
  let last = [0, 0];
  followFinger(canvas, {
    start: (at) => { last = at; },
    move: (at) => { stroke(pen, last, at); last = at; ink += 1; },
    end: () => {},
  });
  const done = await screen(`${whose}签名`, [h("p", { class: "on-dark" }, says)], canvas, [
    ["wipe", "重写", "refresh", () => { wipe(); return false; }],
    ["done", "签好了", "check", () => ink >= LEAST],
  ]);
  if (done !== "done") return null;
  const blob = await asJpeg(canvas);
  return { id: newId(), hash: await sha256(blob), blob, name: "签名.jpg", sent: false };
}

function stroke(pen, from, to) {
  pen.strokeStyle = "#10284a";
  pen.lineWidth = 7;
  pen.lineCap = "round";
  pen.lineJoin = "round";
  pen.beginPath();
  pen.moveTo(...from);
  pen.lineTo(...to);
  pen.stroke();
}
