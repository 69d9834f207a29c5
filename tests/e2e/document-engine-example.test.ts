import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as yaml from 'yaml';
import * as z from 'zod';
import { readApiTokenFile } from '../../tools/local/real-document-engine/api-token-file.ts';
import { runCommand } from '../support/cli/run-command.ts';

const EXAMPLE = 'examples/document-engine';

const Compose = z.object({
  services: z.record(
    z.string(),
    z.object({ environment: z.record(z.string(), z.string()), ports: z.array(z.string()).default([]) }),
  ),
});

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'layermint-compose-'));
});
afterEach(() => rm(directory, { recursive: true }));

const write = () => runCommand(`${EXAMPLE}/secrets.js`, [directory]);

test('The compose file gets every value from the secrets file, or has a default', async () => {
  expect(await write()).toMatchObject({ exitCode: 0, stderr: '' });
  const written = await readFile(join(directory, '.env'), 'utf8');
  const values = new Map([...written.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]));
  const text = await readFile(`${EXAMPLE}/compose.yml`, 'utf8');
  const needed = [...text.matchAll(/\$\{([A-Z_]+):\?/g)].map(([, name]) => name);
  expect(needed).toContain('API_AUTH_TOKEN');
  for (const name of needed) expect(values.get(name)).toMatch(/./);
  const pem = String(values.get('JWT_PUBLIC_KEY'))
    .replace(/^"(.*)"$/, '$1')
    .replaceAll(String.raw`\n`, '\n');
  expect(createPublicKey(pem).asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
  const { token, warning } = await readApiTokenFile(join(directory, 'api-token'));
  expect(token).toBe(values.get('API_AUTH_TOKEN'));
  expect(warning).toBeUndefined();
});

test('Only you can read the secrets, and git ignores them', async () => {
  await write();
  for (const file of ['.env', 'api-token']) {
    expect((await stat(join(directory, file))).mode & 0o077).toBe(0);
    expect(execFileSync('git', ['check-ignore', `${EXAMPLE}/${file}`], { encoding: 'utf8' })).toContain(file);
  }
});

test('A second call keeps the secrets: the database has its first password', async () => {
  await write();
  const before = await readFile(join(directory, '.env'), 'utf8');
  expect(await write()).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('stays as it is') });
  expect(await readFile(join(directory, '.env'), 'utf8')).toBe(before);
});

test('Document Engine is reachable from this machine alone, keeps registered keys, and verifies ES256', async () => {
  const { services } = Compose.parse(yaml.parse(await readFile(`${EXAMPLE}/compose.yml`, 'utf8')));
  expect(Object.values(services).flatMap(({ ports }) => ports)).toEqual([
    expect.stringMatching(/^127\.0\.0\.1:/),
  ]);
  expect(services['document-engine']?.environment).toMatchObject({
    REPLACE_SECRETS_FROM_ENV: 'false',
    JWT_ALGORITHM: 'ES256',
    ACTIVATION_KEY: '${ACTIVATION_KEY:-}',
  });
});
