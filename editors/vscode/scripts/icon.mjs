// Draws the icon, an identity with a warning light: node scripts/icon.mjs icon.png
import { writeFileSync } from "node:fs";
import { crc32, deflateSync } from "node:zlib";

const SIZE = 128;
const SAMPLES = 4;

const dark = [11, 37, 69];
const blue = [0, 120, 212];
const white = [255, 255, 255];
const amber = [255, 185, 0];

const inBox = (x, y, left, top, right, bottom, radius) => {
  const dx = Math.max(left + radius - x, 0, x - right + radius);
  const dy = Math.max(top + radius - y, 0, y - bottom + radius);
  return x >= left && x <= right && y >= top && y <= bottom && Math.hypot(dx, dy) <= radius;
};
const inCircle = (x, y, cx, cy, radius) => Math.hypot(x - cx, y - cy) <= radius;

/** The colour at a point, `undefined` where nothing is. */
function colour(x, y) {
  if (!inBox(x, y, 4, 4, 124, 124, 26)) {
    return undefined;
  }
  if (inCircle(x, y, 93, 91, 14)) {
    return amber;
  }
  if (inCircle(x, y, 93, 91, 19)) {
    return dark;
  }
  if (inCircle(x, y, 56, 42, 17)) {
    return white;
  }
  if (y <= 98 && inBox(x, y, 26, 66, 86, 130, 28)) {
    return white;
  }
  const share = (x + y) / (2 * SIZE);
  return dark.map((part, index) => part + (blue[index] - part) * Math.max(0, 1.1 - 1.5 * share));
}

function pixel(x, y) {
  const sum = [0, 0, 0, 0];
  for (let index = 0; index < SAMPLES * SAMPLES; index += 1) {
    const found = colour(x + ((index % SAMPLES) + 0.5) / SAMPLES, y + (Math.floor(index / SAMPLES) + 0.5) / SAMPLES);
    if (found) {
      found.forEach((part, at) => { sum[at] += part; });
      sum[3] += 1;
    }
  }
  const colours = sum.slice(0, 3).map((part) => Math.min(255, Math.round(part / Math.max(sum[3], 1))));
  return [...colours, Math.round((255 * sum[3]) / (SAMPLES * SAMPLES))];
}

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

const rows = [];
for (let y = 0; y < SIZE; y += 1) {
  rows.push(0, ...Array.from({ length: SIZE }, (_, x) => pixel(x, y)).flat());
}
const header = Buffer.alloc(13);
header.writeUInt32BE(SIZE, 0);
header.writeUInt32BE(SIZE, 4);
// Eight bits a channel, with transparency.
header.set([8, 6, 0, 0, 0], 8);
writeFileSync(
  process.argv[2] ?? "icon.png",
  Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.from(rows), { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]),
);
