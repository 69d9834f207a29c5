import { readFileSync, writeFileSync } from 'node:fs';
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';

// The parts of a zip file, with their lengths without names (PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16).
const LOCAL = { signature: 0x04034b50, length: 30 };
const CENTRAL = { signature: 0x02014b50, length: 46 };
const END = { signature: 0x06054b50, length: 22 };

const DEFLATED = 8;

/** The zip of a function is not of the form that serverless-esbuild gives it. */
const unexpected = (path: string): Error => new Error(`${path} is not a zip of one compressed file`);

/**
 * Compresses the one file of a zip as well as zlib can, and replaces the zip. serverless-esbuild zips at zlib's fastest level, which
 * makes the zip of a function a tenth larger. Lambda fetches and unpacks it before each cold start. The same file always gives the same
 * zip, because the versions of a function are named after its hash.
 *
 * @throws Error if the zip does not have exactly one file, or has a comment
 */
export function makeZipSmaller(path: string): void {
  const zip = readFileSync(path);
  const end = zip.length - END.length;
  if (end < 0 || zip.readUInt32LE(end) !== END.signature || zip.readUInt16LE(end + 10) !== 1)
    throw unexpected(path);
  const at = zip.readUInt32LE(end + 16);
  const central = Buffer.from(zip.subarray(at, at + CENTRAL.length));
  if (central.readUInt32LE(0) !== CENTRAL.signature || central.readUInt16LE(10) !== DEFLATED)
    throw unexpected(path);
  const name = zip.subarray(at + CENTRAL.length, at + CENTRAL.length + central.readUInt16LE(28));
  const local = central.readUInt32LE(42);
  const data = local + LOCAL.length + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const content = inflateRawSync(zip.subarray(data, data + central.readUInt32LE(20)));
  writeFileSync(path, zipOf(name, central, deflateRawSync(content, { level: constants.Z_BEST_COMPRESSION })));
}

/** Makes the zip of one file. @param central - its entry in the central directory, of which all but sizes and place is kept */
function zipOf(name: Buffer, central: Buffer, compressed: Buffer): Buffer {
  // The sizes are known, so that no descriptor follows the data: bit 3 of the flags says so.
  central.writeUInt16LE(central.readUInt16LE(8) & ~0b1000, 8);
  central.writeUInt32LE(compressed.length, 20);
  // Neither an extra field nor a comment.
  central.writeUInt32LE(0, 30);
  central.writeUInt32LE(0, 42);

  const local = Buffer.alloc(LOCAL.length);
  local.writeUInt32LE(LOCAL.signature, 0);
  // The version, flags, method, time, checksum, sizes and length of the name are the same in both.
  central.copy(local, 4, 6, 30);

  const end = Buffer.alloc(END.length);
  end.writeUInt32LE(END.signature, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length + name.length, 12);
  end.writeUInt32LE(local.length + name.length + compressed.length, 16);
  return Buffer.concat([local, name, compressed, central, name, end]);
}
