import { beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import * as z from 'zod';
import { systemClock } from '../../lib/runtime/clock.ts';
import { MINUTE, toMilliseconds } from '../../lib/runtime/time.ts';
import { LocalStack } from '../../tools/cli/local-stack.ts';
import { FAULTS, type FaultName } from '../../tools/local/stack/faults/fault-table.ts';
import { FAILURES_PATH, functionPath } from '../../tools/local/stack/routes/paths.ts';
import { type Stack, startStack } from '../../tools/local/stack/stack.ts';
import { sendRaw } from '../support/http/raw-http.ts';
import { aheadOf } from '../support/runtime/clock.ts';
import { resourcesOfFile } from '../support/runtime/resources.ts';

// A start takes seconds, and more on a busy machine.
jest.setTimeout(300_000);

/** The lead of the stack's clock over the machine's, on which the functions run. */
let ahead = 0;
let stack: Stack;
let command: LocalStack;

const resources = resourcesOfFile();
beforeAll(async () => {
  const clock = aheadOf(systemClock, () => ahead);
  const started = startStack({ port: 0, logLevel: 'error', clock, write: () => undefined });
  stack = resources.adopt(await started, (it) => it.close());
  command = new LocalStack(new URL(stack.api).port);
});

const DOCUMENT = 'contract-2026';

const send = async (path: string, body: object, caller = 'alice'): Promise<number> => {
  const headers = {
    authorization: `Bearer ${stack.callers[caller]?.token ?? ''}`,
    'content-type': 'application/json',
  };
  const answer = await fetch(stack.api + path, { method: 'POST', headers, body: JSON.stringify(body) });
  await answer.arrayBuffer();
  return answer.status;
};
const mint = (): Promise<number> => send('/v1/tokens', { documentId: DOCUMENT });
const run = async (name: string): Promise<void> => {
  await command.change(functionPath(name, 'invoke'), z.object({ name: z.string() }));
};

/** Lets minutes pass. In each, the sweeper runs and a client asks for a token. */
async function pass(minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    const { since } = stack.faults.list().find(({ name }) => name === 'sweeper') ?? {};
    if (since === undefined) await run('sweepRevocations').catch(() => undefined);
    await mint();
    ahead += toMilliseconds(MINUTE);
    stack.alarms();
  }
}

/**
 * The alarms of the hourly key check and of the prober. Both run by the machine's clock, and Document Engine by the stack's, which is
 * far ahead here: it refuses their tokens as expired. So these alarms tell nothing in this test.
 */
const OF_OTHER_CLOCK = [
  ...['key-check-failed', 'keys-lost', 'keys-not-registered', 'foreign-key'],
  ...['probe-failed', 'probe-not-refused', 'probes-not-run'],
];

const raised = (): string[] =>
  stack
    .alarms()
    .flatMap(({ name, state }) => (state === 'ALARM' && !OF_OTHER_CLOCK.includes(name) ? [name] : []));

beforeEach(async () => {
  await pass(2);
  expect(raised()).toEqual([]);
});

const begin = (name: FaultName) => stack.faults.begin(name, undefined);

/** Lets time pass until none of the alarms of a fault is left. */
async function recover(name: FaultName, minutes: number): Promise<void> {
  await stack.faults.end(name);
  await pass(minutes);
}

// First: Document Engine's clock must not be far ahead of the functions', whose probes live for minutes.
test('A rotation that fails raises the alarm, and its repair completes the rotation', async () => {
  await begin('rotation');
  await pass(1);
  expect(raised()).toEqual(['rotation-failed']);
  await stack.faults.end('rotation');
  await pass(1);
  expect(raised()).toEqual([]);
});

test.each<[FaultName, number, number]>([
  ['mint-crash', 3, 8],
  ['lambda-throttling', 3, 8],
])('%s raises its alarms within %d minutes, and they end by themselves', async (name, until, recovery) => {
  await begin(name);
  await pass(1);
  expect(raised()).toEqual([]);
  await pass(until - 1);
  expect(raised()).toEqual(expect.arrayContaining([...FAULTS[name].alarms]));
  await recover(name, recovery);
  expect(await mint()).toBe(201);
});

test('A silent sweeper raises the alarm after ten minutes', async () => {
  await begin('sweeper');
  await pass(9);
  expect(raised()).toEqual([]);
  await pass(2);
  expect(raised()).toEqual(['sweeper-silent']);
  await recover('sweeper', 1);
});

test('DynamoDB without answers raises api-errors, and mints succeed after it', async () => {
  await begin('dynamodb');
  await pass(3);
  expect(raised()).toContain('api-errors');
  await recover('dynamodb', 8);
  expect(await mint()).toBe(201);
});

test('Events that failed stay in the failure queue after the repair, until they are called again', async () => {
  await begin('audit');
  await mint();
  await stack.logs.settled();
  await stack.faults.end('audit');
  const redrive = () =>
    command.change(`${FAILURES_PATH}/redrive`, z.object({ done: z.number(), waiting: z.number() }));
  const { done, waiting } = await redrive();
  await stack.logs.settled();
  expect([done > 0, waiting]).toEqual([true, 0]);
  expect(await redrive()).toEqual({ done: 0, waiting: 0 });
  await pass(7);
});

test('Requests beyond the limit of API Gateway get 429 and raise the alarm', async () => {
  await begin('api-throttling');
  for (let minute = 0; minute < 3; minute += 1) {
    for (let request = 0; request < 12; request += 1) await mint();
    expect(await mint()).toBe(429);
    await pass(1);
  }
  expect(raised()).toEqual(['api-throttles']);
  await recover('api-throttling', 6);
});

test('A fault cannot be brought about without the secret of the stack', async () => {
  const path = '/local/commands/faults/mint-crash/break';
  for (const headers of [{}, { 'layermint-nonce': 'n', 'layermint-proof': 'p' }]) {
    const answer = await fetch(stack.api + path, { method: 'POST', headers });
    expect(answer.status).toBe(403);
  }
  expect(await mint()).toBe(201);
});

test('A page that has pointed its own name at this machine reads no metrics', async () => {
  const { port } = new URL(stack.api);
  const { status } = await sendRaw(stack.api, {
    method: 'GET',
    path: '/local/metrics',
    headers: { host: `evil.example:${port}` },
  });
  expect(status).toBe(403);
});

// Near the end: the alarm stays on for up to three hours.
test('A revocation that Document Engine refuses raises the alarm', async () => {
  await begin('refused-revocation');
  expect(await send('/v1/revocations', { documentId: DOCUMENT })).toBe(202);
  await pass(2);
  expect(raised()).toContain('revocation-refused');
  await recover('refused-revocation', 181);
});

test('An item that cannot be read raises internal-errors and revocation-not-written, until it is put back', async () => {
  await begin('unreadable-holder');
  expect(await mint()).toBe(500);
  await send('/v1/revocations', {});
  await pass(12);
  // The sweeper reports the age of a revocation by the machine's clock, so revocations-waiting does not go off here.
  expect(raised().sort()).toEqual(['api-errors', 'internal-errors', 'revocation-not-written']);
  await stack.faults.end('unreadable-holder');
  expect(await mint()).toBe(201);
  await pass(61); // Two of its alarms stay on for an hour.
});

// Last: the caller tokens expire within these hours.
test('A signing key that was made long ago raises the alarm at the second hourly check', async () => {
  await begin('old-signing-key');
  await run('checkKeys');
  await pass(60);
  expect(raised()).toEqual([]);
  await run('checkKeys');
  await pass(1);
  expect(raised()).toEqual(['signing-key-old']);
});
