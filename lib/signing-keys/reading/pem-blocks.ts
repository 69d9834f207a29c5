/** A block of PEM (RFC 7468). */
export interface PemBlock {
  /** Its label without blanks, such as `ECPRIVATEKEY`. It is a part of the value, and must not be shown. */
  readonly label: string;
  /** The text up to the next line of PEM. */
  readonly body: string;
}

// No two searches go over the same run of characters, so finding all lines takes linear time.
const LINE = /-\s*(BEGIN|END)([A-Z0-9\s]+)-/g;

/**
 * Finds the blocks of PEM in a text, in their order. Line breaks may be missing, or be written as `\n`. All else around and
 * within the blocks is skipped: indentation, quotes, and the attributes that `openssl pkcs12` prints.
 *
 * @returns an empty list if the text has no line of PEM. A line `END` without its `BEGIN` gives a block without body
 */
export function pemBlocksIn(text: string): PemBlock[] {
  const spaced = text.replace(/\\[nrt]/g, '\n');
  const lines = [...spaced.matchAll(LINE)];
  return lines.flatMap(({ 0: line, 1: edge, 2: label = '', index }, at) => {
    if (edge === 'END' && lines[at - 1]?.[1] === 'BEGIN') return [];
    const body = edge === 'END' ? '' : spaced.slice(index + line.length, lines[at + 1]?.index);
    return [{ label: label.replace(/\s/g, ''), body }];
  });
}

/** Decodes the body of a block. Every character outside of base64 is skipped. */
export function derOf({ body }: PemBlock): Buffer {
  return Buffer.from(body.replace(/[^A-Za-z0-9+/=]/g, ''), 'base64');
}

/** Decodes a text that is base64 or base64url as a whole, in any number of lines; undefined if it is not. */
export function base64In(text: string): Buffer | undefined {
  const compact = text.replace(/\\[nrt]|\s/g, '');
  return /^[\w+/-]{32,}={0,2}$/.test(compact) ? Buffer.from(compact, 'base64') : undefined;
}
