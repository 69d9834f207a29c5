import { crc32, deflateSync, inflateSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { decodePng, encodePng, smallerPng, type Pixels } from '../../../../tools/screenshots/png.ts';

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/** Makes a PNG as Chromium does. @param rows - each with its filter */
function png(width: number, colourType: number, rows: readonly (readonly number[])[]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(rows.length, 4);
  header.set([8, colourType, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.from(rows.flat()))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Reads the pixels that a PNG with a palette shows: three bytes each. */
function shownBy(picture: Buffer): number[] {
  const part = (type: string): Buffer => {
    const at = picture.indexOf(type);
    return picture.subarray(at + 4, at + 4 + picture.readUInt32BE(at - 4));
  };
  const width = part('IHDR').readUInt32BE(0);
  const palette = part('PLTE');
  const rows = inflateSync(part('IDAT'));
  return [...rows].flatMap((place, at) =>
    at % (width + 1) === 0 ? [] : [...palette.subarray(place * 3, place * 3 + 3)],
  );
}

describe('A picture of Chromium', () => {
  test('is read with each filter of a row', () => {
    const rows = [
      [0, 10, 20, 30, 40, 50, 60],
      [1, 10, 20, 30, 1, 1, 1],
      [2, 1, 1, 1, 1, 1, 1],
      [3, 1, 1, 1, 1, 1, 1],
      [4, 1, 1, 1, 1, 1, 1],
    ];
    const { width, height, rgb } = decodePng(png(2, 2, rows));
    expect([width, height]).toEqual([2, 5]);
    expect([...rgb]).toEqual([
      ...[10, 20, 30, 40, 50, 60],
      ...[10, 20, 30, 11, 21, 31],
      ...[11, 21, 31, 12, 22, 32],
      // The half of left and above, plus one.
      ...[6, 11, 16, 10, 17, 25],
      // The nearest of left, above and corner, plus one.
      ...[7, 12, 17, 11, 18, 26],
    ]);
  });

  test('is read without its alpha channel', () => {
    expect([...decodePng(png(2, 6, [[0, 1, 2, 3, 255, 4, 5, 6, 255]])).rgb]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('shows the same afterwards, if it has few colours', () => {
    const made = png(2, 2, [
      [0, 255, 0, 0, 255, 255, 255],
      [0, 255, 255, 255, 0, 0, 0],
    ]);
    expect(shownBy(smallerPng(made))).toEqual([255, 0, 0, 255, 255, 255, 255, 255, 255, 0, 0, 0]);
  });

  test('keeps a rare colour that is far from all others, among more than 256', () => {
    const greys = Array.from({ length: 600 }, (_, at) => [at % 256, at % 256, (at % 256) ^ (at >> 8)]).flat();
    const pixels: Pixels = { width: 601, height: 1, rgb: Buffer.from([...greys, 255, 0, 0]) };
    const shown = shownBy(encodePng(pixels));
    expect(shown.slice(-3)).toEqual([255, 0, 0]);
    expect(shown).toHaveLength(pixels.rgb.length);
  });

  test.each([
    ['no PNG', Buffer.from('GIF89a, not a PNG'), /no PNG/],
    ['a palette', png(1, 3, [[0, 0]]), /another form/],
  ])('is refused as %s', (_what, picture, fault) => {
    expect(() => decodePng(picture)).toThrow(fault);
  });
});
