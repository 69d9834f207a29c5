import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../../support/cli/run-command.ts';
import { documentText } from '../../../support/openapi/openapi.ts';

describe('npm run openapi', () => {
  let directory: string;
  // With the recorded examples, without the local stack.
  const run = (...args: readonly string[]) =>
    runCommand('tools/openapi/openapi-command.ts', ['--recorded', ...args]);

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'layermint-openapi-'));
  });

  afterAll(async () => {
    await rm(directory, { recursive: true });
  });

  test('would write docs/openapi.json unchanged', async () => {
    await expect(run('--check')).resolves.toMatchObject({ exitCode: 0, stderr: '' });
  });

  test('writes the same each time, and detects a change', async () => {
    const file = join(directory, 'openapi.json');
    await expect(run('--check', '--file', file)).resolves.toMatchObject({ exitCode: 1 });
    await expect(run('--file', file)).resolves.toMatchObject({ exitCode: 0 });
    expect(await readFile(file, 'utf8')).toBe(documentText);
    await writeFile(file, documentText.replace('mintToken', 'mint'));
    await expect(run('--check', '--file', file)).resolves.toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('npm run openapi'),
    });
  });
});
