import { expect, test } from '@jest/globals';
import { FailureQueue } from '../../../../../../tools/local/stack/monitoring/failure-queue.ts';
import { failureRoutes } from '../../../../../../tools/local/stack/monitoring/failure-routes.ts';
import type { HttpRequest } from '../../../../../../tools/local/stand-ins/api-gateway/index.ts';
import { ManualClock } from '../../../../../support/runtime/clock.ts';

const HERE: HttpRequest['headers'] = [['Host', '127.0.0.1:4747']];

async function ask(method: string, path: string, headers = HERE) {
  const failures = new FailureQueue(new ManualClock());
  failures.add('checkKeys', {});
  const calls: string[] = [];
  const route = failureRoutes(failures, (name) => Promise.resolve(calls.push(name)));
  const answer = await route({
    ...{ method, target: `/local/commands/failures${path}`, protocol: 'HTTP/1.1', headers },
    ...{ body: undefined, sourceIp: '127.0.0.1' },
  });
  return { status: answer?.status, body: String(answer?.body), calls, left: failures.list().length };
}

test('The messages are shown, called again and deleted', async () => {
  expect(JSON.parse((await ask('GET', '')).body)).toMatchObject({
    waiting: 1,
    messages: [{ functionName: 'checkKeys', requestPayload: {} }],
  });
  expect(await ask('POST', '/redrive')).toMatchObject({
    body: '{"done":1,"waiting":0}',
    calls: ['checkKeys'],
    left: 0,
  });
  expect(await ask('POST', '/purge')).toMatchObject({ body: '{"done":1,"waiting":0}', calls: [], left: 0 });
});

test.each<[string, HttpRequest['headers']]>([
  ['A page of another site', [...HERE, ['Origin', 'https://evil.example']]],
  ['A name that points to this machine (DNS rebinding)', [['Host', 'evil.example']]],
])('%s neither reads nor empties the queue', async (_, headers) => {
  for (const [method, path] of [
    ['GET', ''],
    ['POST', '/redrive'],
    ['POST', '/purge'],
  ] as const)
    expect(await ask(method, path, headers)).toMatchObject({ status: 403, calls: [], left: 1 });
});

test.each([
  ['GET', '/purge'],
  ['POST', ''],
  ['POST', '/purge/all'],
])('%s %s changes nothing', async (method, path) => {
  expect(await ask(method, path)).toMatchObject({ status: undefined, calls: [], left: 1 });
});
