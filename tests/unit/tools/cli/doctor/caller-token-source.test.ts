import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readCallerToken } from '../../../../../tools/cli/doctor/caller-token-source.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'layermint-token-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function fileWith(content: string): Promise<string> {
  const path = join(directory, 'token');
  await writeFile(path, content);
  return path;
}

test('a caller token is read from a file before the environment', async () => {
  const environment = { LAYERMINT_CALLER_TOKEN: ' from.the.environment\n' };
  expect(await readCallerToken(await fileWith('from.a.file\n'), environment)).toBe('from.a.file');
  expect(await readCallerToken(undefined, environment)).toBe('from.the.environment');
  expect(await readCallerToken(undefined, { LAYERMINT_CALLER_TOKEN: ' ' })).toBeUndefined();
  expect(await readCallerToken(undefined, {})).toBeUndefined();
});

test.each(['eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl', 'Bearer eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl'])(
  'a caller token on the command line, which others on the machine can read, is refused and not repeated',
  async (token) => {
    await expect(readCallerToken(token, {})).rejects.toThrow(
      '--caller-token takes a file, not the token itself',
    );
    await expect(readCallerToken(token, {})).rejects.not.toThrow('c2lnbmF0dXJl');
  },
);

test.each([
  ['', 'is empty.'],
  ['x'.repeat(70_000), 'is longer than a token can be.'],
])('a file that cannot hold a token is refused', async (content, message) => {
  await expect(readCallerToken(await fileWith(content), {})).rejects.toThrow(message);
});

test('a missing file is named', async () => {
  await expect(readCallerToken(join(directory, 'none'), {})).rejects.toThrow('There is no file "none"');
});
