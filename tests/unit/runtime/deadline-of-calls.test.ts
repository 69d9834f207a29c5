import { expect, test } from '@jest/globals';
import { globSync, readFileSync } from 'node:fs';

/** The calls that belong to the process and not to a request: all requests wait for one signing key, or for an issuer's key set. */
const OF_THE_PROCESS = ['lib/issuers/fetch-json.ts', 'lib/signing-keys/signing-key.ts'];

const CALLS_OUT = /\b(?:client\.send|#client\.send|#fetch|fetch)\(/;

/** The files of lib that call AWS or another server. */
const files = globSync('lib/**/*.ts').filter((file) => {
  const code = readFileSync(file, 'utf8').replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, '');
  return CALLS_OUT.test(code) && code.includes('import');
});

test('A call to AWS or Document Engine that does not look at the deadline would survive a thaw: there is none', () => {
  expect(files).toContain('lib/table/table.ts');
  const unbounded = files.filter((file) => !readFileSync(file, 'utf8').includes('withinDeadline('));
  // The cache of the signing key has a method of the same name, and makes no call itself.
  expect(unbounded.filter((file) => file !== 'lib/signing-keys/cache.ts').sort()).toEqual(OF_THE_PROCESS);
});
