import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import {
  startDocumentEngine,
  type LocalDocumentEngine,
} from '../../tools/local/stand-ins/document-engine/index.ts';
import { runCommand } from '../support/cli/run-command.ts';
import { openDocument } from '../support/document-engine/document-engine-client.ts';
import { startLocalStack, type LocalStack } from '../support/local-stack/local-stack.ts';

// Every start takes seconds, and more on a busy machine.
jest.setTimeout(300_000);

const API_TOKEN = 'an-api-token-that-must-stay-unseen';
const Minted = z.object({ jwt: z.string(), serverUrl: z.string() });

describe('npm start with a Document Engine of its own in place of the stand-in', () => {
  let engine: LocalDocumentEngine;
  let directory: string;
  let stack: LocalStack;
  let log: string;
  let options: string[];
  beforeAll(async () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    engine = await startDocumentEngine({
      algorithm: 'ES256',
      publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      apiToken: API_TOKEN,
      documents: [{ id: 'floor-plan', layers: ['', 'review'] }],
    });
    // An entry of somebody else, such as that of an earlier run.
    const added = await fetch(`${engine.url}/api/secrets/jwt`, {
      method: 'POST',
      headers: { authorization: `Token token="${API_TOKEN}"`, 'content-type': 'application/json' },
      body: JSON.stringify({
        secret: generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
          type: 'spki',
          format: 'pem',
        }),
        expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
      }),
    });
    expect(added.status).toBe(200);
    directory = await mkdtemp(join(tmpdir(), 'layermint-real-'));
    log = join(directory, 'start.log');
    const tokenFile = join(directory, 'api-token');
    await writeFile(tokenFile, `${API_TOKEN}\n`, { mode: 0o600 });
    options = ['--document-engine', `${engine.url}/`, '--document-engine-token', tokenFile];
    stack = await startLocalStack([...options, '--yes', '--log-level', 'debug', '--log', log]);
  });
  afterAll(async () => {
    await stack.stop();
    await engine.close();
    await rm(directory, { recursive: true });
  });

  const send = (path: string, body: object): Promise<Response> =>
    fetch(`${stack.api}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${stack.callers['alice']?.token ?? ''}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
    });
  const mint = async (): Promise<z.infer<typeof Minted>> =>
    Minted.parse(await (await send('/v1/tokens', { documentId: 'contract-2026' })).json());
  const command = (file: string, ...args: string[]) =>
    runCommand(`tools/cli/${file}`, [...args, '--local', '--port', new URL(stack.api).port]);

  test('describes it', async () => {
    expect(stack).toMatchObject({ documentEngine: engine.url, documentEngineKind: 'real' });
    expect(await (await fetch(`${stack.api}/local`)).json()).toMatchObject({ documentEngineKind: 'real' });
  });

  test('has made its key the current one, and uploaded the missing document', () => {
    expect(engine.secrets().find(({ expiresAt }) => expiresAt === undefined)?.thumbprint).toBe(
      stack.signingKey.kid,
    );
    expect(engine.calls('upload')).toBe(1);
  });

  test('mints tokens that open documents there, until they are revoked', async () => {
    const { jwt, serverUrl } = await mint();
    expect(serverUrl).toBe(engine.url);
    expect(await openDocument(engine.url, jwt, 'contract-2026')).toBe(200);
    const revoked = await send('/v1/revocations', { documentId: 'contract-2026' });
    expect(revoked.status).toBe(200);
    expect(await openDocument(engine.url, jwt, 'contract-2026')).toBe(403);
  });

  test('is verified and rotates its key there, beside the entry of somebody else', async () => {
    const before = await mint();
    expect(await command('keys/keys-command.ts', 'rotate')).toMatchObject({ exitCode: 0 });
    const current = engine.secrets().find(({ expiresAt }) => expiresAt === undefined);
    expect(current?.thumbprint).not.toBe(stack.signingKey.kid);
    expect(await openDocument(engine.url, before.jwt, 'contract-2026')).toBe(200);
    expect((await command('verify/verify-command.ts')).stdout).toContain('11 ok, 0 failed, 2 not checked');
  });

  test('asks nobody who cannot answer, and names what is missing', async () => {
    const refused = await runCommand('tools/local/stack/start.ts', ['--json', '--port', '0', ...options]);
    expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
    expect(refused.stderr).toContain('add --yes');
  });

  test('says at Ctrl-C what remains, and shows the API token nowhere', async () => {
    expect(await stack.command.stop('SIGINT')).toEqual({ code: 0, signal: null });
    expect(stack.command.stderr).toContain(
      `Document Engine at ${engine.url} keeps a key of this run as its current key (id `,
    );
    const written = await readFile(log, 'utf8');
    expect(written).toContain('"message":"request served"');
    for (const text of [stack.command.stdout, stack.command.stderr, written])
      expect(text).not.toContain(API_TOKEN);
    expect(written).not.toContain('eyJ');
  });
});
