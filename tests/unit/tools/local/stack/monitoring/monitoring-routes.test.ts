import { beforeEach, expect, test } from '@jest/globals';
import type { AlarmReport } from '../../../../../../tools/local/stack/monitoring/local-alarms.ts';
import {
  monitoringRoutes,
  type MonitoringPaths,
} from '../../../../../../tools/local/stack/monitoring/monitoring-routes.ts';
import type { HttpRequest } from '../../../../../../tools/local/stand-ins/api-gateway/index.ts';
import { MetricStore } from '../../../../../../tools/local/stand-ins/cloudwatch/index.ts';
import { ManualClock } from '../../../../../support/runtime/clock.ts';

const PATHS = { metrics: '/local/metrics', alarms: '/local/alarms' };

const OK: AlarmReport = {
  ...{ name: 'mint-errors', state: 'OK', since: '2026-01-31T12:00:00.000Z', threshold: '>= 5' },
  ...{ rule: '3 of 5 periods of 60 s', says: 'Too many.', runbook: 'docs/runbooks/mint-errors.md' },
};

let clock: ManualClock;
let store: MetricStore;
let alarms: AlarmReport[];

beforeEach(() => {
  clock = new ManualClock();
  store = new MetricStore(clock);
  alarms = [OK];
});

const get = (
  target: string,
  headers: HttpRequest['headers'] = [['Host', 'localhost:4747']],
  method = 'GET',
  as: MonitoringPaths['as'] = 'asked',
) =>
  monitoringRoutes(
    { ...PATHS, as },
    store,
    () => alarms,
    clock,
  )({ method, target, protocol: 'HTTP/1.1', headers, body: undefined, sourceIp: '127.0.0.1' });

const put = (name: string, stage: string, values: readonly number[]): void => {
  store.put({ namespace: 'Layermint', name, dimensions: { Stage: stage }, at: clock.now(), values });
};

test('A terminal gets a table, with a dash for each minute without a value', async () => {
  put('TokensMinted', 'local', [1, 1]);
  clock.advance(120_000);
  put('TokensMinted', 'local', [1]);
  const answer = await get('/local/metrics');
  expect(answer?.headers).toMatchObject({ 'content-type': 'text/plain; charset=utf-8' });
  const row = String(answer?.body).split('\n').at(-2);
  expect(row?.split(/\s+/)).toEqual([
    'Layermint',
    'TokensMinted',
    'Stage=local',
    'None',
    '-',
    '-',
    '2',
    '-',
    '1',
    '3',
    '1',
    '1',
  ]);
});

test('A program gets JSON', async () => {
  put('MintDuration', 'local', [20, 30]);
  const headers: HttpRequest['headers'] = [
    ['Host', '127.0.0.1:4747'],
    ['Accept', 'application/json'],
  ];
  const answer = await get('/local/metrics', headers);
  expect(JSON.parse(String(answer?.body))).toEqual({
    metrics: [
      {
        ...{ namespace: 'Layermint', name: 'MintDuration', dimensions: { Stage: 'local' }, unit: 'None' },
        lastHour: { count: 2, sum: 50, minimum: 20, maximum: 30, p99: 30 },
        minutes: [null, null, null, null, 50],
      },
    ],
    leftOut: 0,
  });
  const listed = await get('/local/alarms', headers);
  expect(JSON.parse(String(listed?.body))).toEqual({ alarms: [OK] });
});

test('A command gets JSON without asking for it', async () => {
  const { body } = (await get('/local/alarms', undefined, 'GET', 'JSON')) ?? {};
  expect(JSON.parse(String(body))).toEqual({ alarms: [OK] });
});

test('An alarm that went off comes first, and says its reason', async () => {
  alarms = [OK, { ...OK, name: 'sweeper-silent', state: 'ALARM', value: 0, says: 'It is silent.' }];
  const lines = String((await get('/local/alarms'))?.body).split('\n');
  expect(lines[1]).toMatch(/^ALARM\s+sweeper-silent\s+0\s/);
  expect(lines[2]).toMatch(/^OK\s+mint-errors\s+-\s/);
  expect(lines.slice(3)).toEqual(['', 'sweeper-silent: It is silent.', '']);
});

test('A metric whose name holds escape sequences and line breaks cannot write to the terminal', async () => {
  put('Evil\u001b[2J\nAWS/Lambda Errors', 'x\u009b31m\r', [1]);
  const text = String((await get('/local/metrics'))?.body);
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  expect(text).toContain('Evil?[2J?AWS/Lambda Errors');
});

test.each<[string, HttpRequest['headers']]>([
  ['a name that points to this machine (DNS rebinding)', [['Host', 'evil.example']]],
  [
    'a page of another site',
    [
      ['Host', 'localhost:4747'],
      ['Origin', 'https://evil.example'],
    ],
  ],
  ['no host', []],
])('%s reads neither metrics nor alarms', async (_, headers) => {
  for (const target of Object.values(PATHS)) {
    const answer = await get(target, headers);
    expect([answer?.status, String(answer?.body).includes('Layermint')]).toEqual([403, false]);
  }
});

test('Other paths and methods are left to the API', async () => {
  const host: HttpRequest['headers'] = [['Host', 'localhost']];
  expect(await get('/local/metrics/x')).toBeUndefined();
  expect(await get('/local/alarms', host, 'POST')).toBeUndefined();
});
