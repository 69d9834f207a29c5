import { expect, test } from '@jest/globals';
import { LayermintError } from '../../../../clients/typescript/src/index.ts';
import {
  exampleToken,
  literalSource,
  manualClock,
  scriptedFetch,
} from '../../../../clients/typescript/src/testing.ts';

const REQUEST = { documentId: 'contract' };
const settled = async (): Promise<void> => manualClock().advance(0);

test('literalSource gives tokens, and each watch another one on request', async () => {
  let count = 0;
  const source = literalSource(() => ({ jwt: `t${++count}`, permissions: ['read-document'] }));
  await expect(source.token(REQUEST)).resolves.toMatchObject({
    jwt: 't1',
    documentId: 'contract',
    permissions: ['read-document'],
  });
  await expect(source.renew(REQUEST)).resolves.toMatchObject({ jwt: 't2' });
  await expect(source.batch([REQUEST, { documentId: 'map' }])).resolves.toMatchObject([
    { token: { jwt: 't3' } },
    { token: { documentId: 'map' } },
  ]);
  const tokens: string[] = [];
  const watch = source.watch(REQUEST, { onToken: ({ jwt }) => tokens.push(jwt) });
  expect(tokens).toEqual([]);
  await settled();
  source.renewWatches();
  watch.close();
  source.renewWatches();
  expect(tokens).toEqual(['t5', 't6']);
});

test('literalSource gives errors, and a final one ends a watch', async () => {
  let error = new LayermintError('offline', 'Offline.');
  const source = literalSource(() => error);
  await expect(source.token(REQUEST)).rejects.toBe(error);
  await expect(source.batch([REQUEST])).resolves.toEqual([{ error }]);
  const codes: string[] = [];
  source.watch(REQUEST, { onToken: () => undefined, onError: ({ code }) => codes.push(code) });
  await settled();
  error = new LayermintError('no-access', 'No access.');
  source.renewWatches();
  source.renewWatches();
  expect(codes).toEqual(['offline', 'no-access']);
});

test('literalSource ends its watches and calls as a source does', async () => {
  const source = literalSource();
  const codes: string[] = [];
  source.watch(REQUEST, { onToken: () => undefined, onError: ({ code }) => codes.push(code) });
  await settled();
  await expect(source.signOut()).resolves.toEqual({});
  await expect(source.token(REQUEST)).rejects.toMatchObject({ code: 'signed-out' });
  source.close();
  await expect(source.token(REQUEST)).rejects.toMatchObject({ code: 'closed' });
  expect(codes).toEqual(['signed-out']);
});

test('exampleToken opens the layer that is asked for', () => {
  expect(exampleToken(REQUEST).layer).toBe('');
  expect(exampleToken({ ...REQUEST, layer: 'review' }).layer).toBe('review');
  expect(exampleToken({ ...REQUEST, privateLayer: true }).layer).toBe('user:alice');
});

test('manualClock runs timers in their order, at their time', async () => {
  const clock = manualClock(0);
  const ran: string[] = [];
  clock.setTimeout(() => {
    ran.push(`second at ${clock.now()}`);
    clock.setTimeout(() => ran.push(`nested at ${clock.monotonic()}`), 10);
  }, 20);
  clock.setTimeout(() => ran.push(`first at ${clock.now()}`), 10);
  clock.setTimeout(() => ran.push('cancelled'), 5)();
  clock.setTimeout(() => ran.push('later'), 31);
  await clock.advance(30);
  expect(ran).toEqual(['first at 10', 'second at 20', 'nested at 30']);
  clock.jump(100);
  expect([clock.now(), clock.monotonic()]).toEqual([130, 30]);
});

test('scriptedFetch records requests, and answers, fails or hangs', async () => {
  const answers = [{ status: 200, headers: { date: 'now' }, body: 'text' }, 'network-error'] as const;
  let count = 0;
  const { fetch, requests } = scriptedFetch(() => answers[count++] ?? 'hang');
  const init = { method: 'POST', headers: { authorization: 'Bearer caller' }, body: '{"a":1}' };
  const answer = await fetch('https://api.example.com/a', init);
  expect([answer.status, answer.headers.get('date'), await answer.text()]).toEqual([200, 'now', 'text']);
  await expect(fetch('https://api.example.com/b')).rejects.toThrow(TypeError);
  const hanging = await Promise.race([fetch('https://api.example.com/c'), settled().then(() => 'hangs')]);
  expect(hanging).toBe('hangs');
  expect(requests).toMatchObject([
    { method: 'POST', url: 'https://api.example.com/a', bearer: 'caller', body: { a: 1 } },
    {},
    {},
  ]);
});
