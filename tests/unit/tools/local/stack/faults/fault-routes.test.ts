import { beforeEach, expect, test } from '@jest/globals';
import { ActiveFaults } from '../../../../../../tools/local/stack/faults/active-faults.ts';
import { faultRoutes } from '../../../../../../tools/local/stack/faults/fault-routes.ts';
import type { FaultSwitches } from '../../../../../../tools/local/stack/faults/fault-switches.ts';
import { FAULT_NAMES } from '../../../../../../tools/local/stack/faults/fault-table.ts';
import { UnusableDocumentEngineError } from '../../../../../../tools/local/real-document-engine/index.ts';
import type { HttpRequest, LocalRoute } from '../../../../../../tools/local/stand-ins/api-gateway/index.ts';
import { ManualClock } from '../../../../../support/runtime/clock.ts';

const HERE: HttpRequest['headers'] = [['Host', '127.0.0.1:4747']];
const FAULTS_PATH = '/local/commands/faults';

let clock: ManualClock;
let done: string[];
let route: LocalRoute;

beforeEach(() => {
  clock = new ManualClock();
  done = [];
  const switches = Object.fromEntries(
    FAULT_NAMES.map((name) => [
      name,
      () => {
        if (name === 'document-engine') throw new UnusableDocumentEngineError('It is the real one.');
        done.push(`${name} begins`);
        return () => done.push(`${name} ends`);
      },
    ]),
  ) as unknown as FaultSwitches;
  route = faultRoutes(new ActiveFaults(switches, clock));
});

const send = (method: string, path: string, headers = HERE) =>
  route({
    ...{ method, target: `${FAULTS_PATH}${path}`, protocol: 'HTTP/1.1', headers },
    ...{ body: undefined, sourceIp: '127.0.0.1' },
  });

const active = async (): Promise<string[]> => {
  const body = String((await send('GET', ''))?.body);
  const { faults } = JSON.parse(body) as { faults: { name: string; since?: string; until?: string }[] };
  return faults.filter(({ since }) => since !== undefined).map((it) => [it.name, it.until].join(' ').trim());
};

test('A fault begins once, is listed, and ends', async () => {
  await send('POST', '/sweeper/break');
  await send('POST', '/sweeper/break');
  await send('POST', '/audit/break');
  expect(await active()).toEqual(['sweeper', 'audit']);
  await send('POST', '/sweeper/repair');
  await send('POST', '/sweeper/repair');
  expect(done).toEqual(['sweeper begins', 'audit begins', 'sweeper ends']);
  expect(await active()).toEqual(['audit']);
});

test('A fault with a time ends by itself', async () => {
  await send('POST', '/sweeper/break?seconds=600');
  expect(await active()).toEqual(['sweeper 2026-01-31T12:10:00.000Z']);
  clock.advance(599_999);
  expect(await active()).toHaveLength(1);
  clock.advance(1);
  await new Promise(setImmediate);
  expect([done, await active()]).toEqual([['sweeper begins', 'sweeper ends'], []]);
});

test('A fault that is broken again gets the new end, and one that was repaired in between is not ended twice', async () => {
  await send('POST', '/sweeper/break?seconds=60');
  await send('POST', '/sweeper/break?seconds=600');
  clock.advance(60_000);
  await new Promise(setImmediate);
  expect(done).toEqual(['sweeper begins']);
  await send('POST', '/sweeper/repair');
  await send('POST', '/sweeper/break');
  clock.advance(600_000);
  await new Promise(setImmediate);
  expect(done).toEqual(['sweeper begins', 'sweeper ends', 'sweeper begins']);
});

test('A fault of a real Document Engine is refused with the reason, and is not listed', async () => {
  const answer = await send('POST', '/document-engine/break');
  expect([answer?.status, answer?.body]).toEqual([409, '{"message":"It is the real one."}']);
  expect(await active()).toEqual([]);
});

test.each<[string, HttpRequest['headers']]>([
  ['a page of another site', [...HERE, ['Origin', 'https://evil.example']]],
  ['a page of this machine', [...HERE, ['Origin', 'http://localhost:5173']]],
  ['a name that points to this machine (DNS rebinding)', [['Host', 'evil.example']]],
])('%s breaks nothing', async (_, headers) => {
  for (const [method, path] of [
    ['GET', ''],
    ['POST', '/sweeper/break'],
    ['POST', '/sweeper/repair'],
  ] as const)
    expect((await send(method, path, headers))?.status).toBe(403);
  expect(done).toEqual([]);
});

test.each([
  ['POST', '/nothing/break', undefined],
  ['POST', '/constructor/break', undefined],
  ['POST', '/sweeper/break/more', undefined],
  ['POST', '/sweeper/break?seconds=-1', undefined],
  ['POST', '/sweeper/break?seconds=1e9', undefined],
  ['POST', '/sweeper%2Fbreak', undefined],
  ['GET', '/sweeper/break', undefined],
  ['POST', '/sweeper/break?seconds=0', 400],
  ['POST', '/sweeper/break?seconds=86401', 400],
])('%s %s breaks nothing', async (method, path, status) => {
  expect((await send(method, path))?.status).toBe(status);
  expect(done).toEqual([]);
});
