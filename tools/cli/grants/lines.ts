/** A line of a file. */
export interface Line {
  /** The first is 1. */
  readonly number: number;
  /** Without its line feed. Absent if the line is too long. */
  readonly bytes?: Buffer;
  /** The offset of its end in the file, in bytes. */
  readonly end: number;
}

const LINE_FEED = 0x0a;

/**
 * Splits bytes into lines at line feeds only, as JSON Lines requires. (node:readline also splits at U+2028 and U+2029, which
 * JSON allows in a string, and holds a line of any length in memory.)
 *
 * @param maxBytes - the bytes of a longer line are discarded
 */
export async function* linesOf(input: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Line> {
  let number = 1;
  let parts: Buffer[] = [];
  let size = 0;
  let end = 0;
  const finish = (): Line => {
    const line = { number, end, ...(size <= maxBytes && { bytes: Buffer.concat(parts) }) };
    number += 1;
    parts = [];
    size = 0;
    return line;
  };
  for await (const chunk of input) {
    for (let at = 0; at < chunk.length;) {
      const lineFeed = chunk.indexOf(LINE_FEED, at);
      const piece = chunk.subarray(at, lineFeed === -1 ? chunk.length : lineFeed);
      size += piece.length;
      if (size <= maxBytes) parts.push(piece);
      at += piece.length + 1;
      end += piece.length + (lineFeed === -1 ? 0 : 1);
      if (lineFeed !== -1) yield finish();
    }
  }
  if (size > 0) yield finish();
}
