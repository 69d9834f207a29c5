import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync, zipSync, type ZipOptions, type Zippable } from 'fflate';
import { makeZipSmaller } from '../../../infra/packaging/smaller-zip.ts';

const CODE = readFileSync('package-lock.json');

const OPTIONS: ZipOptions = { level: 1, mtime: new Date(1980, 0, 1), os: 3, attrs: 0o644 << 16 };

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'layermint-zip-'));
  path = join(directory, 'mintToken.zip');
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

function write(files: Zippable): void {
  writeFileSync(path, zipSync(files, OPTIONS));
}

/** The bytes of the file's Unix permissions in the central directory (PKWARE APPNOTE 6.3.10, section 4.3.12). */
function permissionsIn(zip: Buffer): number {
  return zip.readUInt16LE(zip.readUInt32LE(zip.length - 6) + 40) & 0o777;
}

test('the zip becomes smaller, and holds the same file with the same name and permissions', () => {
  write({ 'functions/mint-token.cjs': CODE });
  const former = readFileSync(path);
  makeZipSmaller(path);
  const zip = readFileSync(path);
  expect(zip.length).toBeLessThan(former.length * 0.95);
  expect(unzipSync(zip)).toEqual({ 'functions/mint-token.cjs': new Uint8Array(CODE) });
  expect(permissionsIn(zip)).toBe(0o644);
});

test('the same file gives the same zip, also from a zip that was made smaller before', () => {
  write({ 'functions/mint-token.cjs': CODE });
  makeZipSmaller(path);
  const once = readFileSync(path);
  makeZipSmaller(path);
  expect(readFileSync(path).equals(once)).toBe(true);
});

test.each<[string, () => void]>([
  [
    'two files',
    () => {
      write({ 'a.cjs': CODE, 'b.cjs': CODE });
    },
  ],
  [
    'a file that is not compressed',
    () => {
      write({ 'a.cjs': [CODE, { level: 0 }] });
    },
  ],
  [
    'no zip',
    () => {
      writeFileSync(path, 'no zip');
    },
  ],
  [
    'text of any length',
    () => {
      writeFileSync(path, 'no zip'.repeat(10));
    },
  ],
])('packaging fails if the zip is or holds %s', (_, make) => {
  make();
  expect(() => {
    makeZipSmaller(path);
  }).toThrow(`${path} is not a zip of one compressed file`);
});
