import { crc32, deflateSync, inflateSync } from 'node:zlib';

/** A picture without transparency: three bytes for each pixel, row by row. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgb: Buffer;
}

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
/** The colour types of PNG (ISO/IEC 15948 section 11.2.2) that Chromium writes, with their bytes for each pixel. */
const CHANNELS: Readonly<Record<number, number>> = { 2: 3, 6: 4 };
const PALETTE = 3;
/** The most colours of a palette. */
const MAX_COLOURS = 256;

/**
 * Makes a PNG of Chromium smaller: a picture of a page has few colours, so a byte for each pixel is enough. With more than 256 colours,
 * the rarest ones become their neighbours.
 *
 * @throws Error if the PNG has another form than Chromium's
 */
export function smallerPng(png: Buffer): Buffer {
  return encodePng(decodePng(png));
}

/** Reads a PNG with 8 bits a channel. An alpha channel is dropped. */
export function decodePng(png: Buffer): Pixels {
  if (!png.subarray(0, 8).equals(SIGNATURE)) throw new Error('This is no PNG.');
  const chunks = chunksOf(png);
  const header = chunks.find(({ type }) => type === 'IHDR')?.data;
  if (header === undefined) throw new Error('The PNG has no header.');
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const [depth, colourType = -1, , , interlaced] = header.subarray(8);
  const channels = CHANNELS[colourType];
  if (channels === undefined || depth !== 8 || interlaced !== 0)
    throw new Error('The PNG has another form than those of Chromium.');
  const data = chunks.filter(({ type }) => type === 'IDAT').map((it) => it.data);
  const rows = unfiltered(inflateSync(Buffer.concat(data)), width * channels, height, channels);
  const rgb = Buffer.alloc(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++)
    rows.copy(rgb, pixel * 3, pixel * channels, pixel * channels + 3);
  return { width, height, rgb };
}

function chunksOf(png: Buffer): { readonly type: string; readonly data: Buffer }[] {
  const chunks = [];
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    chunks.push({
      type: png.toString('latin1', at + 4, at + 8),
      data: png.subarray(at + 8, at + 8 + length),
    });
    at += length + 12;
  }
  return chunks;
}

/** Undoes the filters of the rows (section 9.2). */
function unfiltered(filtered: Buffer, rowBytes: number, height: number, step: number): Buffer {
  const rows = Buffer.alloc(rowBytes * height);
  for (let y = 0; y < height; y++) {
    const filter = filtered[y * (rowBytes + 1)] ?? 0;
    for (let x = 0; x < rowBytes; x++) {
      const at = y * rowBytes + x;
      const left = x < step ? 0 : (rows[at - step] ?? 0);
      const above = y === 0 ? 0 : (rows[at - rowBytes] ?? 0);
      const corner = x < step || y === 0 ? 0 : (rows[at - rowBytes - step] ?? 0);
      const predicted = predictionOf(filter, left, above, corner);
      rows[at] = (filtered[y * (rowBytes + 1) + 1 + x] ?? 0) + predicted;
    }
  }
  return rows;
}

function predictionOf(filter: number, left: number, above: number, corner: number): number {
  switch (filter) {
    case 0:
      return 0;
    case 1:
      return left;
    case 2:
      return above;
    case 3:
      return (left + above) >> 1;
    default:
      return paeth(left, above, corner);
  }
}

function paeth(left: number, above: number, corner: number): number {
  const estimate = left + above - corner;
  const [toLeft, toAbove, toCorner] = [left, above, corner].map((it) => Math.abs(estimate - it)) as [
    number,
    number,
    number,
  ];
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

/** Writes a PNG with a palette. */
export function encodePng({ width, height, rgb }: Pixels): Buffer {
  const colours = coloursOf(rgb);
  const palette = paletteOf(colours);
  const places = new Map([...colours.keys()].map((colour) => [colour, nearest(colour, palette)]));
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++)
      rows[y * (width + 1) + 1 + x] = places.get(rgb.readUIntBE((y * width + x) * 3, 3)) ?? 0;
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, PALETTE, 0, 0, 0], 8);
  const entries = Buffer.alloc(palette.length * 3);
  palette.forEach((colour, at) => entries.writeUIntBE(colour, at * 3, 3));
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', entries),
    chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Counts the pixels of each colour. */
function coloursOf(rgb: Buffer): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (let at = 0; at < rgb.length; at += 3) {
    const colour = rgb.readUIntBE(at, 3);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  return counts;
}

/** Chooses the most frequent colours that are not too near to each other. */
function paletteOf(counts: ReadonlyMap<number, number>): readonly number[] {
  const sorted = [...counts].toSorted(([one, ofOne], [other, ofOther]) => ofOther - ofOne || one - other);
  for (let apart = 0; ; apart = apart * 2 + 1) {
    const chosen: number[] = [];
    for (const [colour] of sorted)
      if (chosen.every((it) => distance(it, colour) >= apart)) chosen.push(colour);
    if (chosen.length <= MAX_COLOURS) return chosen;
  }
}

function nearest(colour: number, palette: readonly number[]): number {
  let best = 0;
  palette.forEach((it, at) => {
    if (distance(it, colour) < distance(palette[best] ?? 0, colour)) best = at;
  });
  return best;
}

/** The square of the distance of two colours. */
function distance(one: number, other: number): number {
  const apart = [16, 8, 0].map((shift) => ((one >> shift) & 255) - ((other >> shift) & 255));
  return apart.reduce((sum, it) => sum + it * it, 0);
}

function chunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, check]);
}
