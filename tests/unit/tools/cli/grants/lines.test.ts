import { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { linesOf } from '../../../../../tools/cli/grants/lines.ts';

async function read(
  text: string,
  chunk: number,
  maxBytes = 100,
): Promise<[number, string | undefined, number][]> {
  const bytes = Buffer.from(text);
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunk) }, (_, at) =>
    bytes.subarray(at * chunk, (at + 1) * chunk),
  );
  const lines: [number, string | undefined, number][] = [];
  for await (const line of linesOf(Readable.from(chunks), maxBytes)) {
    lines.push([line.number, line.bytes?.toString(), line.end]);
  }
  return lines;
}

describe('the lines of a file', () => {
  test('end at line feeds only, wherever the chunks end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('', 'a', 'é\u2028', '\r', '{"x": "😀\u2029"}'), { minLength: 1 }),
        fc.integer({ min: 1, max: 9 }),
        async (texts, chunk) => {
          const lines = await read(`${texts.join('\n')}\n`, chunk);
          expect(lines.map(([, text]) => text)).toEqual(texts);
          expect(lines.map(([number]) => number)).toEqual(texts.map((_, at) => at + 1));
          expect(lines.at(-1)?.[2]).toBe(Buffer.byteLength(`${texts.join('\n')}\n`));
        },
      ),
    );
  });

  test('need no line feed at the end of the file', async () => {
    expect(await read('a\nb', 2)).toEqual([
      [1, 'a', 2],
      [2, 'b', 3],
    ]);
    expect(await read('', 2)).toEqual([]);
  });

  test('that are too long are marked, and their bytes are discarded', async () => {
    expect(await read('12345\n123456\n1', 4, 5)).toEqual([
      [1, '12345', 6],
      [2, undefined, 13],
      [3, '1', 14],
    ]);
  });
});
