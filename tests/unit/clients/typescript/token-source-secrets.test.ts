import { expect, test } from '@jest/globals';
import { inspect } from 'node:util';
import type { LayermintError } from '../../../../clients/typescript/src/index.ts';
import {
  exampleToken,
  type ScriptedAnswer,
  type ScriptedRequest,
} from '../../../../clients/typescript/src/testing.ts';
import { sourceByScript } from '../../../support/clients/source-by-script.ts';

const CALLER_TOKEN = 'eyJ-hidden-of-the-caller';
const JWT = 'eyJ-hidden-of-the-document';
const REQUEST = { documentId: 'contract' };

const minted = ({ body }: ScriptedRequest): ScriptedAnswer => ({
  status: 201,
  body: exampleToken(body as typeof REQUEST, { jwt: JWT }),
});

const ANSWERS: readonly (readonly [name: string, answer: (request: ScriptedRequest) => ScriptedAnswer])[] = [
  ['a token', minted],
  [
    'a token for another document',
    () => ({ status: 201, body: exampleToken({ documentId: 'other' }, { jwt: JWT }) }),
  ],
  ['a token without its times', () => ({ status: 201, body: { jwt: JWT } })],
  [
    'a refusal that repeats the request',
    ({ bearer }) => ({ status: 403, body: { authorization: bearer, jwt: JWT } }),
  ],
  ['a 401 that repeats the request', ({ bearer }) => ({ status: 401, body: { authorization: bearer } })],
  ['a 503', () => ({ status: 503, body: '<html>' })],
  ['a 500', () => ({ status: 500 })],
  ['no answer', () => 'network-error'],
];

test.each(ANSWERS)('Attack: after %s, no event and no error holds a token', async (_, answer) => {
  const { source, clock, events } = sourceByScript({ callerToken: () => CALLER_TOKEN }, answer);
  const errors: unknown[] = [];
  const collect = (error: unknown): number => errors.push(error);
  const ignored = {
    onToken: () => {
      throw new Error(JWT);
    },
    onError: collect,
  };
  source.watch(REQUEST, ignored);
  const calls = [
    source.token(REQUEST).catch(collect),
    source.renew({ documentId: 'floor-plan' }, { refused: JWT }).catch(collect),
    source
      .batch([{ documentId: 'map' }])
      .then((results) => errors.push(...results.map(({ error }) => error))),
  ];
  await clock.advance(60_000);
  await Promise.all(calls);
  source.signOut().catch(collect);
  await clock.advance(60_000);
  const texts = inspect([events, errors, errors.map((it) => (it as LayermintError | undefined)?.message)], {
    depth: 9,
    showHidden: true,
  });
  expect(events.length).toBeGreaterThan(0);
  expect(texts).not.toContain('eyJ-hidden');
});

test('Attack: a caller token that is no header value does not get into an error by way of fetch', async () => {
  const { source, requests } = sourceByScript({
    callerToken: () => `${CALLER_TOKEN}\nHost: attacker.example`,
  });
  const error: unknown = await source.token(REQUEST).catch((it: unknown) => it);
  expect(error).toMatchObject({ code: 'caller-token-failed' });
  expect(inspect(error, { depth: 9 })).not.toContain('eyJ-hidden');
  expect(requests).toEqual([]);
});
