import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import * as z from 'zod';
import { type Stack, startStack } from '../../tools/local/stack/stack.ts';
import { Jwks } from '../../lib/http/routes/keys/schemas.ts';
import { CallerAnswer } from '../../lib/http/routes/callers/schemas.ts';

// A start takes seconds, and more on a busy machine.
jest.setTimeout(600_000);

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ port: 0, logLevel: 'error', write: () => undefined });
});
afterAll(async () => {
  await stack.close();
});

const State = z.object({
  keys: z.array(
    z.object({ kid: z.string(), state: z.optional(z.string()), accepted: z.optional(z.boolean()) }),
  ),
  lastRotation: z.optional(z.object({ state: z.string(), lines: z.array(z.string()) })),
});

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends a request as bob. */
const ask = async (path: string, { headers, ...sent }: Sent = {}): Promise<Response> => {
  const all = { accept: 'application/json', authorization: `Bearer ${tokenOf('bob')}`, ...headers };
  return fetch(`${stack.api}${path}`, { ...sent, headers: all });
};

const tokenOf = (name: string): string => stack.callers[name]?.token ?? '';

async function mint(documentId: string): Promise<number> {
  const headers = { 'content-type': 'application/json' };
  return (await ask('/v1/tokens', { method: 'POST', headers, body: JSON.stringify({ documentId }) })).status;
}

test('the caller is the one whose token was sent', async () => {
  const answer = CallerAnswer.parse(await (await ask('/v1/caller')).json());
  expect(answer).toMatchObject({ userId: 'bob', groups: ['editors'], issuer: stack.issuer, unread: [] });
  expect((await ask('/v1/caller', { headers: { authorization: '' } })).status).toBe(401);
});

test('a mint and a refusal are among the decisions, the newest first', async () => {
  expect(await mint('contract-2026')).toBe(201);
  expect(await mint('no-such-document')).toBe(403);
  await stack.logs.settled();
  expect(await (await ask('/local/decisions?user=bob')).json()).toMatchObject({
    records: [
      { type: 'layermint.token.refused', subject: 'no-such-document', data: { userId: 'bob' } },
      { type: 'layermint.token.minted', subject: 'contract-2026', data: { userId: 'bob' } },
    ],
  });
});

test('the page of the stack rotates the key, and the public keys tell when the new one was made and the old one ends', async () => {
  const own = { origin: stack.api, 'x-layermint-page': 'console' };
  expect((await ask('/local/rotate', { method: 'POST' })).status).toBe(403);
  expect((await ask('/local/rotate', { method: 'POST', headers: own })).status).toBe(202);
  let state = State.parse(await (await ask('/local/signing-key')).json());
  while (state.lastRotation?.state === 'running')
    state = State.parse(await (await ask('/local/signing-key')).json());
  expect(state.lastRotation).toMatchObject({ state: 'done' });
  const former = stack.signingKey.kid;
  const current = state.keys.find((key) => key.state === 'current');
  expect(current?.kid).not.toBe(former);
  expect(current).toMatchObject({ accepted: true });

  const { keys } = Jwks.parse(await (await fetch(`${stack.api}/.well-known/jwks.json`)).json());
  expect(keys.find(({ kid }) => kid === current?.kid)?.iat).toBeGreaterThan(1_700_000_000);
  expect(keys.find(({ kid }) => kid === former)?.exp).toBeGreaterThan(Date.now() / 1000);
});
