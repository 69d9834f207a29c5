import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LogFileError, logFilePath, openLogFile } from '../../../../../tools/local/stack/log-file.ts';

const ROOT = fileURLToPath(new URL('../../../../../', import.meta.url));

let directory: string;
const failures: string[] = [];
const open = (path: string) => openLogFile(path, (message) => failures.push(message));

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'layermint-log-'));
  failures.length = 0;
});
afterEach(() => {
  rmSync(directory, { recursive: true });
  jest.restoreAllMocks();
});

test('By default the log of each port has its own file in the project’s cache', () => {
  expect(logFilePath(undefined, 4747)).toBe(join(ROOT, 'node_modules/.cache/layermint/start-4747.log'));
  expect(basename(logFilePath(undefined, 0))).toBe(`start-process-${process.pid}.log`);
});

test.each([
  ['start', '/home/me/notes', '/home/me/notes/my.log'],
  ['bench', '/home/me/notes', resolve('my.log')],
  ['start', undefined, resolve('my.log')],
])('In the npm script %s, typed in %s, --log my.log is %s', (npm_lifecycle_event, INIT_CWD, path) => {
  jest.replaceProperty(process, 'env', { npm_lifecycle_event, INIT_CWD });
  expect(logFilePath('my.log', 4747)).toBe(path);
  expect(logFilePath('/var/log/my.log', 4747)).toBe('/var/log/my.log');
});

test('The log is written at once, in place of the last start’s', () => {
  const path = join(directory, 'a.log');
  writeFileSync(path, 'the last start\n');
  const write = open(path);
  write('one\n');
  expect(readFileSync(path, 'utf8')).toBe('one\n');
  write('two\n');
  expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
  expect(failures).toEqual([]);
});

test('Another user of the machine cannot read a new log', () => {
  const path = join(directory, 'a.log');
  open(path);
  expect(statSync(path).mode & 0o077).toBe(0);
});

test('A log that cannot be opened is an error that names the file and the reason', () => {
  expect(() => open(join(directory, 'missing/a.log'))).toThrow(LogFileError);
  expect(() => open(directory)).toThrow(`The log cannot be written to ${directory}: EISDIR`);
});

// Every write to this device of Linux fails as on a full disk.
const FULL = '/dev/full';
(existsSync(FULL) ? test : test.skip)('A full disk ends the log with one line, and not the stack', () => {
  const write = open(FULL);
  write('one\n');
  write('two\n');
  expect(failures).toEqual([
    expect.stringMatching(/^The log ends here, as \/dev\/full can no longer be written: ENOSPC/),
  ]);
});
