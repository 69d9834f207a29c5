import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { calculateJwkThumbprint, exportJWK, importSPKI, jwtVerify, type JWTPayload } from 'jose';
import { createPublicKey } from 'node:crypto';
import { mkdtemp, readFile, rm, watch } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { openDocument } from '../support/document-engine/document-engine-client.ts';
import {
  Description,
  type LocalStack,
  StartCommand,
  startLocalStack,
} from '../support/local-stack/local-stack.ts';
import { sendRaw } from '../support/http/raw-http.ts';

// Every start takes seconds, and more on a busy machine.
jest.setTimeout(300_000);

const Minted = z.object({ jwt: z.string(), serverUrl: z.string() });
const TokenAnswer = z.object({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.number(),
});

describe('npm start -- --json', () => {
  let stack: LocalStack;
  let directory: string;
  let log: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'layermint-start-'));
    log = join(directory, 'start.log');
    // A proxy of the environment, where nothing listens: no token of the stack may go there.
    const proxy = { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: 'http://127.0.0.1:9', NO_PROXY: '', no_proxy: '' };
    stack = await startLocalStack(['--log-level', 'debug', '--log', log], proxy);
  });
  afterAll(async () => {
    await stack.stop();
    await rm(directory, { recursive: true });
  });

  const mint = (token: string, body: object): Promise<Response> =>
    fetch(`${stack.api}/v1/tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  test('names the demo callers with their groups, and the documents', () => {
    const callers = Object.entries(stack.callers).map(([name, { userId, groups }]) => [name, userId, groups]);
    expect(callers).toEqual([
      ['alice', 'alice', []],
      ['bob', 'bob', ['editors']],
      ['carol', 'carol', []],
      ['mallory', 'mallory', []],
      ['backend', 'backend', []],
    ]);
    expect(stack.documents).toEqual(['contract-2026', 'floor-plan']);
  });

  test('names the file that the log goes to', () => {
    expect(stack.log).toBe(log);
  });

  test('names the key that signs, by its RFC 7638 thumbprint', async () => {
    const { kid, alg, publicKey } = stack.signingKey;
    expect(alg).toBe('ES256');
    expect(kid).toBe(await calculateJwkThumbprint(await exportJWK(createPublicKey(publicKey))));
  });

  test('mints tokens that the named key verifies and Document Engine accepts', async () => {
    const answer = await mint(stack.callers['alice']?.token ?? '', { documentId: 'contract-2026' });
    expect(answer.status).toBe(201);
    const { jwt, serverUrl } = Minted.parse(await answer.json());
    const { kid, alg, publicKey } = stack.signingKey;
    const { protectedHeader } = await jwtVerify(jwt, await importSPKI(publicKey, alg));
    expect(protectedHeader).toMatchObject({ kid, alg });
    expect(serverUrl).toBe(stack.documentEngine);
    expect(await openDocument(stack.documentEngine, jwt, 'contract-2026')).toBe(200);
  });

  test.each([
    ['alice', 'contract-2026', 'review', 201],
    ['alice', 'floor-plan', '', 403],
    ['bob', 'contract-2026', 'review', 201],
    ['bob', 'floor-plan', '', 201],
    ['carol', 'contract-2026', '', 201],
    ['carol', 'contract-2026', 'review', 403],
    ['mallory', 'contract-2026', '', 403],
    ['backend', 'contract-2026', '', 403],
  ])('lets %s open %s, layer "%s": %i', async (name, documentId, layer, status) => {
    expect((await mint(stack.callers[name]?.token ?? '', { documentId, layer })).status).toBe(status);
  });

  test('refuses a call without a caller token as API Gateway does', async () => {
    const answer = await mint('', { documentId: 'contract-2026' });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    expect(await answer.json()).toEqual({ message: 'Unauthorized' });
  });

  test('serves the same description at /local without the tokens and the log, under names of this machine only', async () => {
    // The path of the log is for the program that started the stack.
    const { callers, log: _log, ...rest } = Description.parse(JSON.parse(stack.command.stdout));
    const named = Object.entries(callers).map(
      ([name, { userId, groups }]) => [name, { userId, groups }] as const,
    );
    for (const host of ['localhost:1', '127.0.0.1', '[::1]:80']) {
      const { status, body } = await sendRaw(stack.api, { path: '/local', headers: { host } });
      const described: unknown = JSON.parse(body);
      expect([status, described]).toEqual([200, { ...rest, callers: Object.fromEntries(named) }]);
      expect(body).not.toContain('eyJ');
    }
    const rebound = await sendRaw(stack.api, { path: '/local', headers: { host: 'evil.example.com' } });
    expect(rebound.status).toBe(403);
    expect(rebound.body).not.toContain('token"');
  });

  /** The file that docs/api.md names. */
  const clientSecretFile = (): string =>
    `node_modules/.cache/layermint/running/${new URL(stack.api).port}.client-secret`;

  describe('the token endpoint', () => {
    const ask = (form: Record<string, string>): Promise<Response> =>
      fetch(stack.tokenEndpoint, { method: 'POST', body: new URLSearchParams(form) });
    const claimsFor = async (form: Record<string, string>): Promise<JWTPayload> => {
      const { access_token: token, expires_in: life } = TokenAnswer.parse(await (await ask(form)).json());
      expect(life).toBe(8 * 60 * 60);
      const keys = z
        .object({ keys: z.array(z.record(z.string(), z.unknown())) })
        .parse(await (await fetch(`${stack.issuer}/jwks`)).json());
      const [key = {}] = keys.keys;
      return (await jwtVerify(token, key, { issuer: stack.issuer, audience: 'layermint' })).payload;
    };

    test('issues fresh tokens for the demo users', async () => {
      const claims = await claimsFor({ grant_type: 'password', username: 'bob', password: 'any' });
      expect(claims).toMatchObject({
        sub: 'bob',
        'cognito:groups': ['editors'],
        name: 'Bob Baker',
        token_use: 'id',
      });
      expect(claims).not.toHaveProperty('scope');
    });

    test('issues fresh tokens for the backend with its secret, with every scope', async () => {
      const client_secret = await readFile(clientSecretFile(), 'utf8');
      const asked = { grant_type: 'client_credentials', client_id: 'backend', client_secret };
      expect(await claimsFor(asked)).toMatchObject({
        sub: 'backend',
        scope:
          'layermint/grants layermint/on-behalf layermint/vouch layermint/revocations layermint/backend-tokens',
      });
    });

    test('refuses all others', async () => {
      for (const form of [
        { grant_type: 'password', username: 'nobody' },
        { grant_type: 'password', username: 'backend' },
        { grant_type: 'client_credentials', client_id: 'alice' },
        { grant_type: 'client_credentials', client_id: 'backend' },
        { grant_type: 'client_credentials', client_id: 'backend', client_secret: 'any' },
        { grant_type: 'refresh_token', username: 'alice' },
      ]) {
        const answer = await ask(form);
        expect(answer.status).toBe(400);
        expect(await answer.json()).toMatchObject({ error: 'invalid_grant' });
      }
    });
  });

  test('prints only its one line, logs to the file without a token, and stops at Ctrl-C', async () => {
    const answer = await mint(stack.callers['alice']?.token ?? '', { documentId: 'contract-2026' });
    await answer.body?.cancel();
    const served = answer.headers.get('apigw-requestid') ?? '';
    expect(served).not.toBe('');
    await holds(log, served);
    expect(await stack.command.stop('SIGINT')).toEqual({ code: 0, signal: null });
    expect(stack.command.stdout).toMatch(/^\{.*\}\n$/);
    expect(stack.command.stderr).toBe('');
    const written = await readFile(log, 'utf8');
    expect(written).toContain('"message":"request served"');
    // Caller tokens and Document Engine tokens are JWTs.
    expect(written).not.toContain('eyJ');
    await expect(fetch(`${stack.api}/health`)).rejects.toThrow();
    await expect(readFile(clientSecretFile())).rejects.toThrow('ENOENT');
  });
});

/** Resolves once a file holds a text. */
async function holds(path: string, text: string): Promise<void> {
  const changes = watch(path);
  if ((await readFile(path, 'utf8')).includes(text)) return;
  for await (const _ of changes) if ((await readFile(path, 'utf8')).includes(text)) return;
}

describe('npm start', () => {
  let command: StartCommand;
  let curl: string;
  beforeAll(async () => {
    command = new StartCommand(['--port', '0', '--log', '-']);
    curl = await command.line((line) => line.startsWith('curl '));
  });
  afterAll(async () => {
    await command.stop();
  });

  test('says at once that it starts', () => {
    expect(command.stdout).toMatch(/^Starting Layermint\. This takes about \d+ seconds\.\n/);
  });

  test('names every address and every demo user', () => {
    for (const name of ['API', 'OIDC issuer', 'Document Engine', 'DynamoDB', 'Secrets Manager']) {
      expect(command.stdout).toMatch(new RegExp(`^ +${name} +http://127\\.0\\.0\\.1:\\d+`, 'm'));
    }
    for (const name of ['alice', 'bob', 'carol', 'mallory', 'backend']) {
      expect(command.stdout).toMatch(new RegExp(`^ +${name} `, 'm'));
    }
  });

  test('prints a command that mints a token without changes', async () => {
    const answer = await runCurl(curl);
    expect(answer.status).toBe(201);
    await answer.body?.cancel();
  });

  test('ends without a stack trace once nobody reads its output', async () => {
    command.process.stdout.destroy();
    // The log line of this request has no reader. The request itself may fail.
    await runCurl(curl).catch(() => undefined);
    expect(await command.exited).toEqual({ code: 0, signal: null });
    expect(command.stderr).toBe('');
  });
});

/**
 * Runs the command as a shell with `curl` would: a URL, headers in `-H`, the body in `-d`, and `$(curl -s URL)` in a
 * header.
 */
async function runCurl(line: string): Promise<Response> {
  const [substitution = '', inner = ''] = /\$\(curl -s (\S+)\)/.exec(line) ?? [];
  const command = line.replace(substitution, await (await fetch(inner)).text());
  const [, url = '', ...options] =
    command.match(/'[^']*'|"[^"]*"|\S+/g)?.map((word) => word.replaceAll(/^['"]|['"]$/g, '')) ?? [];
  const valuesOf = (flag: string): string[] => options.filter((_, at) => options[at - 1] === flag);
  return fetch(url, {
    method: 'POST',
    headers: valuesOf('-H').map((header): [string, string] => {
      const [name = '', value = ''] = header.split(': ');
      return [name, value];
    }),
    body: valuesOf('-d').join('&'),
  });
}
