import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { zipSync } from 'fflate';
import { zipSize } from '../../benchmarks/zip-size.ts';

const incompressible = (outputLength: number): Buffer =>
  createHash('shake256', { outputLength }).update('any').digest();

/** The optional record behind each file, which the Serverless CLI writes and fflate does not. */
const DESCRIPTOR = 16;

test('The size of a zip is that of the same zip by another program', () => {
  // Nothing can be compressed: two compressors may differ in the length of anything else.
  const contents = { 'a.js': incompressible(1000), 'folder/ü.js': incompressible(5000) };
  const files = Object.entries(contents).map(([name, content]) => ({ name, content }));
  const zip = zipSync(contents, { level: 9 });
  expect(zipSize(files)).toBe(zip.length + 2 * DESCRIPTOR);
});

test('A zip without files is its last record', () => {
  expect(zipSize([])).toBe(zipSync({}).length);
});
