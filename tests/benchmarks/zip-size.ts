import { constants, deflateRawSync } from 'node:zlib';

/** A file in a zip. */
export interface ZippedFile {
  /** From the root of the zip. */
  readonly name: string;
  readonly content: Uint8Array;
}

// APPNOTE.TXT of the zip format: a local header, a data descriptor and a central directory header for each file, and the record at the
// end. Both headers repeat the name.
const RECORDS_OF_FILE = 30 + 16 + 46;
const RECORD_AT_END = 22;

/** Computes the size of a zip with these files in bytes, deflated at the level that the Serverless CLI's packaging uses. */
export function zipSize(files: readonly ZippedFile[]): number {
  return files.reduce((sum, { name, content }) => {
    const deflated = deflateRawSync(content, { level: constants.Z_BEST_COMPRESSION });
    return sum + RECORDS_OF_FILE + 2 * Buffer.byteLength(name) + deflated.length;
  }, RECORD_AT_END);
}
