import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { runTests, type TestRun } from '../../mutation/test-run.ts';

const LONG = 100_000;
const NEVER = new AbortController().signal;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'layermint-jest-'));
  mkdirSync(join(folder, 'node_modules/jest/bin'), { recursive: true });
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Runs tests with a script in the place of jest. */
function runWith(jest: string, milliseconds = LONG, stop = NEVER): Promise<TestRun> {
  writeFileSync(join(folder, 'node_modules/jest/bin/jest.js'), jest);
  return runTests(folder, ['tests/a.test.ts', 'tests/b.test.ts'], milliseconds, stop);
}

test('Tests pass if jest says so', async () => {
  await expect(runWith('')).resolves.toMatchObject({ outcome: 'passed' });
});

test('Tests fail if jest says so, with the end of its report', async () => {
  const run = await runWith(
    "process.stderr.write('x'.repeat(5000) + process.argv.slice(-2)); process.exitCode = 1;",
  );
  expect(run.outcome).toBe('failed');
  expect(run.report).toHaveLength(4000);
  expect(run.report.endsWith('xtests/a.test.ts,tests/b.test.ts')).toBe(true);
});

test('A mutant that loops for ever is killed at the limit', async () => {
  await expect(runWith('for (;;);', 1)).resolves.toMatchObject({ outcome: 'late' });
});

test('A mutant that allocates without end fails at a limit of its own, not at that of the machine', async () => {
  const jest =
    "process.exitCode = Number(require('node:v8').getHeapStatistics().heap_size_limit > 2 * 1024 ** 3)";
  await expect(runWith(jest)).resolves.toMatchObject({ outcome: 'passed' });
});

test('A process that a test started ends with the run, which would wait for its output', async () => {
  const watcher = watch(folder);
  const started = once(watcher, 'change');
  const interrupted = new AbortController();
  const child = "require('node:fs').writeFileSync('started', ''); for (;;);";
  const run = runWith(
    `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' }); for (;;);`,
    LONG,
    interrupted.signal,
  );
  await started;
  watcher.close();
  interrupted.abort();
  await expect(run).rejects.toThrow('aborted');
});

test('An interrupted run ends at once and has no result', async () => {
  const interrupted = new AbortController();
  const run = runWith('for (;;);', LONG, interrupted.signal);
  interrupted.abort();
  await expect(run).rejects.toThrow('aborted');
  await expect(runWith('', LONG, interrupted.signal)).rejects.toThrow('aborted');
});
