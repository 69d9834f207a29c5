import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readApiTokenFile } from '../../../../../tools/local/real-document-engine/api-token-file.ts';

describe('the file of the API token', () => {
  let directory: string;
  let file: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'layermint-token-'));
    file = join(directory, 'api-token');
  });
  afterEach(() => rm(directory, { recursive: true }));

  const read = async (content: string | Buffer, mode = 0o600): ReturnType<typeof readApiTokenFile> => {
    await writeFile(file, content);
    await chmod(file, mode);
    return readApiTokenFile(file);
  };

  test.each([
    ['the token alone', 'api-token'],
    ['a line break', 'api-token\n'],
    ['a comment below', 'api-token\r\nfor the demo\n'],
    ['a blank line above', '\n  api-token\n'],
    ['quotes', '"api-token"\n'],
    ['JSON on several lines', '{\n  "token": "api-token"\n}\n'],
    ['UTF-16, as PowerShell writes it', Buffer.from('\uFEFFapi-token\r\n', 'utf16le')],
  ])('is read with %s', async (_, content) => {
    expect(await read(content)).toEqual({ token: 'api-token' });
  });

  test.each([
    ['nothing', '', /is empty/],
    ['two words', 'secret word\n', /blanks or quotes/],
    ['a key in PEM', '-----BEGIN PUBLIC KEY-----\nsecret\n', /PEM|blanks/],
    ['two texts in JSON', '{"a": "secret", "b": "secret"}', /2 texts/],
    ['a line of an .env file', 'API_AUTH_TOKEN=secret\n', /value alone/],
    ['more than a secret can hold', 'secret'.repeat(20_000), /larger than any API token/],
  ])('is refused with %s, and nothing of it is repeated', async (_, content, message) => {
    const error: unknown = await read(content).catch((thrown: unknown) => thrown);
    expect(String(error)).toMatch(message);
    expect(String(error)).not.toContain('secret');
  });

  test('brings a warning if others on this machine can read it', async () => {
    expect(await read('api-token', 0o640)).toEqual({
      token: 'api-token',
      warning: expect.stringContaining(`chmod 600 ${file}`),
    });
  });

  test('must exist, and is not standard input', async () => {
    await expect(readApiTokenFile(join(directory, 'other'))).rejects.toThrow('There is no file "other"');
    await expect(readApiTokenFile('-')).rejects.toThrow(/takes no standard input: the stack stops/);
  });
});
