import { expect, test } from '@jest/globals';
import type { LayermintError } from '../../../../clients/typescript/src/index.ts';
import { exampleToken, type ScriptedAnswer } from '../../../../clients/typescript/src/testing.ts';
import { sourceByScript } from '../../../support/clients/source-by-script.ts';

const REQUEST = { documentId: 'contract' };
/** An object that throws if it is used as a text. */
const NO_TEXT = { toString: 1, valueOf: 1 };

const UNREADABLE: readonly (readonly [name: string, answer: ScriptedAnswer, code: string])[] = [
  ['a 400 with an object as its detail', { status: 400, body: { detail: NO_TEXT } }, 'invalid-request'],
  ['a 503 with an object as its message', { status: 503, body: { message: NO_TEXT } }, 'unavailable'],
  [
    'a detail of a hundred thousand lists',
    { status: 403, body: `{"detail":${'['.repeat(100_000)}${']'.repeat(100_000)}}` },
    'no-access',
  ],
  [
    'a token with an object as a time',
    { status: 201, body: { ...exampleToken(REQUEST), issuedAt: NO_TEXT } },
    'unexpected-answer',
  ],
];

test.each(UNREADABLE)('Attack: %s ends no watch without a word', async (_, answer, code) => {
  const { source, clock } = sourceByScript({}, () => answer);
  const errors: LayermintError[] = [];
  source.watch(REQUEST, { onToken: () => undefined, onError: (error) => errors.push(error) });
  await clock.advance(0);
  expect(errors).toMatchObject([{ code }]);
  expect(errors[0]?.problem?.detail).toBeUndefined();
  source.close();
});

test('An answer without a readable detail has a message without one', async () => {
  const { source } = sourceByScript({}, () => ({ status: 403, body: { detail: NO_TEXT } }));
  await expect(source.token(REQUEST)).rejects.toMatchObject({ message: 'The service answered 403.' });
});

test('Attack: a batch with an object as a status fails for its document alone', async () => {
  const { source } = sourceByScript({}, () => ({
    status: 200,
    body: { results: [{ status: NO_TEXT }, { status: 201, token: exampleToken({ documentId: 'map' }) }] },
  }));
  await expect(source.batch([REQUEST, { documentId: 'map' }])).resolves.toMatchObject([
    { error: { code: 'unexpected-answer' } },
    { token: { documentId: 'map' } },
  ]);
});

test('Attack: a listener that throws for a closed source ends no process', async () => {
  const { source, clock, events } = sourceByScript();
  source.close();
  source.watch(REQUEST, {
    onToken: () => undefined,
    onError() {
      throw new Error('A fault of the app');
    },
  });
  await clock.advance(0);
  expect(events).toContainEqual({ type: 'listener-failed', documentId: 'contract', layer: '' });
});

test('Attack: a sign-out during a switch of users does not revoke the tokens of the next user', async () => {
  let user = 'alice';
  let give = (): void => undefined;
  const callerToken = async (): Promise<string> =>
    new Promise((resolve) => {
      give = () => {
        resolve(`caller-token-of-${user}`);
      };
    });
  const { source, clock, requests } = sourceByScript({ callerToken, user: () => user });
  await source.batch([]);
  const signOut = source.signOut().catch((error: unknown) => error);
  await clock.advance(0);
  user = 'bob';
  give();
  await clock.advance(0);
  expect(await signOut).toMatchObject({ code: 'user-changed' });
  expect(requests).toEqual([]);
});
