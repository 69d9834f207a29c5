import { afterEach, expect, test } from '@jest/globals';
import { keyStateOf } from '../../../../../tools/cli/deploy/first-key.ts';
import {
  jsonAnswer,
  listenOnLoopback,
  type LoopbackServer,
} from '../../../../../tools/local/stand-ins/loopback-server.ts';

let server: LoopbackServer | undefined;

afterEach(async () => {
  await server?.close();
});

/** Reads the state of the key from an API that answers like this. */
async function stateFor(status: number, body: unknown) {
  server = await listenOnLoopback(() => Promise.resolve(jsonAnswer(status, body)));
  return keyStateOf(server.url, undefined);
}

test.each([
  [200, { keys: [] }, { kind: 'none' }],
  [200, { keys: [{ kid: 'first' }, { kid: 'other' }] }, { kind: 'signs', kid: 'first' }],
  [503, { message: 'Service Unavailable' }, { kind: 'unreachable', reason: 'its public keys answer 503' }],
])('an API that answers %i %j has this key: %j', async (status, body, state) => {
  expect(await stateFor(status, body)).toEqual(state);
});

test('an API that does not answer is unreachable', async () => {
  expect(await keyStateOf('http://127.0.0.1:1', undefined)).toMatchObject({ kind: 'unreachable' });
});
