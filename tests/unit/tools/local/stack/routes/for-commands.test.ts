import { beforeEach, describe, expect, test } from '@jest/globals';
import { createLogger } from '../../../../../../lib/runtime/log.ts';
import {
  NONCE_HEADER,
  PROOF_HEADER,
  proofOfAnswer,
  proofOfRequest,
  randomText,
} from '../../../../../../tools/local/proof/index.ts';
import { forCommands } from '../../../../../../tools/local/stack/routes/for-commands.ts';
import type { HttpRequest, HttpResponse } from '../../../../../../tools/local/stand-ins/api-gateway/index.ts';

const secret = randomText();
const TABLE = '/local/commands/table';
const OK: HttpResponse = { status: 200, headers: { 'cache-control': 'no-store' }, body: 'the table' };

let reached: string[];
let logged: string[];

beforeEach(() => {
  reached = [];
  logged = [];
});

const FAILING = '/local/commands/failing';

const route = forCommands(
  secret,
  [
    ({ target }) => {
      reached.push(target);
      if (target === FAILING) return Promise.reject(new Error('the reason'));
      return Promise.resolve(target === TABLE ? OK : undefined);
    },
  ],
  createLogger('error', (line) => void logged.push(line)),
);

const send = (method: string, target: string, headers: HttpRequest['headers'] = [], sourceIp = '127.0.0.1') =>
  route({ method, target, protocol: 'HTTP/1.1', headers, body: undefined, sourceIp });

/** The headers of a command that knows a secret. */
const proven = (method: string, target: string, known = secret, nonce = 'n'): HttpRequest['headers'] => [
  [NONCE_HEADER, nonce],
  [PROOF_HEADER, proofOfRequest(known, { method, target, nonce })],
];

test('A command with the secret is answered, and can check the answer', async () => {
  expect(await send('GET', TABLE, proven('GET', TABLE))).toEqual({
    ...OK,
    headers: { ...OK.headers, [PROOF_HEADER]: proofOfAnswer(secret, 'n', 200, 'the table') },
  });
});

test('An unknown path is refused with a proof, so that a command can tell this from a stranger’s answer', async () => {
  const path = '/local/commands/nothing';
  const answer = await send('GET', path, proven('GET', path));
  expect(answer?.status).toBe(404);
  expect(answer?.headers?.[PROOF_HEADER]).toBe(proofOfAnswer(secret, 'n', 404, String(answer?.body)));
});

test('A failure is logged, and answered with a proof, so that a command does not take it for a stranger’s answer', async () => {
  const answer = await send('POST', FAILING, proven('POST', FAILING));
  expect(answer?.status).toBe(500);
  expect(answer?.headers?.[PROOF_HEADER]).toBe(proofOfAnswer(secret, 'n', 500, String(answer?.body)));
  expect(answer?.body).not.toContain('the reason');
  expect(logged).toEqual([expect.stringContaining('the reason')]);
});

describe('another user of this machine reaches nothing', () => {
  test.each<[string, HttpRequest['headers']]>([
    ['without a proof', []],
    ['with a nonce alone', [[NONCE_HEADER, 'n']]],
    [
      'without a nonce',
      [[PROOF_HEADER, proofOfRequest(secret, { method: 'GET', target: TABLE, nonce: '' })]],
    ],
    ['with another secret', proven('GET', TABLE, randomText())],
    ['with the proof of another method', proven('POST', TABLE)],
    ['with the proof of another path', proven('GET', '/local/commands/functions/mintToken')],
    ['with the proof of another nonce', [[NONCE_HEADER, 'm'], ...proven('GET', TABLE).slice(1)]],
    ['with two proofs', [...proven('GET', TABLE), ...proven('GET', TABLE)]],
  ])('%s', async (_how, headers) => {
    const answer = await send('GET', TABLE, headers);
    expect(answer?.status).toBe(403);
    expect(answer?.headers).not.toHaveProperty(PROOF_HEADER);
    expect(reached).toEqual([]);
  });

  test.each([`${TABLE}?x`, '/local/commands', '/local/commands/', '/local/commands/functions/x/restart'])(
    'below the path of commands, such as %s',
    async (path) => {
      expect((await send('GET', path))?.status).toBe(403);
      expect(reached).toEqual([]);
    },
  );
});

test.each(['/local', '/local/commandsx', '/v1/tokens', '//local/commands/table', '/LOCAL/commands/table'])(
  '%s is left to others',
  async (path) => {
    expect(await send('GET', path, proven('GET', path))).toBeUndefined();
    expect(reached).toEqual([]);
  },
);

test.each(['192.168.1.66', '::ffff:192.168.1.66', 'fe80::1'])(
  'another machine of the network (%s) reaches no command, not even with a proof that it saw, and under the name localhost',
  async (sourceIp) => {
    const headers = [['host', 'localhost'] as const, ...proven('GET', TABLE)];
    const answer = await send('GET', TABLE, headers, sourceIp);
    expect(answer?.status).toBe(403);
    expect(answer?.headers).not.toHaveProperty(PROOF_HEADER);
    expect(reached).toEqual([]);
  },
);
