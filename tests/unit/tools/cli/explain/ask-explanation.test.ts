import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { askExplanation, NotExplainedError } from '../../../../../tools/cli/explain/ask-explanation.ts';
import { explainTarget } from '../../../../../tools/cli/explain/explain-target.ts';
import type { HttpAnswer, HttpRequest } from '../../../../../tools/local/stand-ins/loopback-server.ts';
import { startProvenServer } from '../../../../support/local-stack/proven-server.ts';

const ANSWER = {
  documentId: 'doc',
  layer: '',
  userId: 'bob',
  groups: [],
  outcome: 'allowed',
  token: { permissions: ['read-document'], expiresAt: '2026-01-31T12:00:00Z' },
  hints: [],
  grants: [],
  grantsLeftOut: 0,
  moreGrants: false,
  addedByANewerService: true,
};

let server: Awaited<ReturnType<typeof startProvenServer>>;
let answer: HttpAnswer;
let asked: HttpRequest | undefined;

beforeAll(async () => {
  server = await startProvenServer((request) => {
    asked = request;
    return Promise.resolve(answer);
  });
});

afterAll(async () => {
  await server.close();
});

const json = (status: number, body: unknown): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

const ask = () =>
  askExplanation({ api: server.url, callerToken: 'a.b.c' }, { userId: 'bob', documentId: 'doc' });

describe('asking for an explanation', () => {
  test('sends the request with the caller token, and keeps the whole answer', async () => {
    answer = json(200, ANSWER);
    expect(await ask()).toMatchObject({ explanation: { outcome: 'allowed' }, answer: ANSWER });
    expect(asked).toMatchObject({ method: 'POST', path: '/v1/tokens/explain' });
    expect(asked?.headers.authorization).toBe('Bearer a.b.c');
    expect(JSON.parse(asked?.body ?? '')).toEqual({ userId: 'bob', documentId: 'doc' });
  });

  test.each([
    [
      'a caller without the right',
      403,
      { title: 'T', detail: 'D', requestId: 'r-1' },
      '403 T. D (request r-1)',
    ],
    ['an expired caller token', 401, { message: 'Unauthorized' }, 'does not take the caller token'],
    ['a gateway that fails', 502, { message: 'x' }, 'The API answers 502.'],
    ['another service', 200, { hello: 'world' }, 'is not an explanation'],
  ])('of %s fails with the reason', async (_what, status, body, message) => {
    answer = json(status, body);
    await expect(ask()).rejects.toThrow(NotExplainedError);
    await expect(ask()).rejects.toThrow(message);
  });

  test('of a server that is gone fails with the reason', async () => {
    const gone = { api: 'http://127.0.0.1:1', callerToken: 'a.b.c' };
    await expect(askExplanation(gone, {})).rejects.toThrow('does not answer');
  });
});

describe('the API to ask', () => {
  test('is the given address, with the caller token of the environment', async () => {
    expect(await explainTarget({ api: 'https://tokens.example.com/' }, undefined, 'a.b.c')).toEqual({
      api: 'https://tokens.example.com',
      callerToken: 'a.b.c',
    });
  });

  test.each([
    ['no stage', {}, undefined, 'a.b.c', '--stage, --local or --api is required'],
    [
      'a demo caller with an address',
      { api: 'https://x.example' },
      'alice',
      'a.b.c',
      '--as goes with --local',
    ],
    ['no caller token', { api: 'https://x.example' }, undefined, '', 'LAYERMINT_CALLER_TOKEN must hold'],
    ['an address that others can listen to', { api: 'http://x.example' }, undefined, 'a.b.c', 'https://'],
  ])('is a wrong call with %s', async (_what, options, as, callerToken, message) => {
    await expect(explainTarget(options, as, callerToken)).rejects.toThrow(message);
  });
});
