/**
 * A photo is reduced on the phone before it is kept: at most 1600 pixels, JPEG. Drawing it anew also drops
 * what the camera wrote into it, the position among it.
 */
import { newId, sha256 } from "./ids.js";

const LONGEST = 1600;
const QUALITY = 0.8;

/** {id, hash, blob, name} of a chosen file, reduced when it is a picture. */
export async function takeFile(file) {
  const blob = file.type.startsWith("image/") ? await reduce(file).catch(() => file) : file;
  const name = blob === file ? file.name : `${file.name.replace(/\.[^.]*$/, "") || "photo"}.jpg`;
  return { id: newId(), hash: await sha256(blob), blob, name, sent: false };
}

async function reduce(file) {
  const picture = await decode(file);
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close?.();
  return asJpeg(canvas);
}

export const asJpeg = (canvas) => new Promise((resolve, reject) =>
  canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("canvas gave no picture"))), "image/jpeg", QUALITY));

/** A picture that can be drawn, upright. */
export async function decode(file) {
  if (window.createImageBitmap) {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
    if (bitmap) return bitmap;
  }
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    return image;
  } finally {
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }
}
