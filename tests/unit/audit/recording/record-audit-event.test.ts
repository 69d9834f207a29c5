import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { createAuditLog, recordAuditHandler } from '../../../../lib/audit/index.ts';
import { type LogLine } from '../../../../lib/audit/recording/subscription-event.ts';
import { createLogger } from '../../../../lib/runtime/log.ts';
import { ManualClock } from '../../../support/runtime/clock.ts';

const SOURCE = '/layermint/prod';
const remaining = { getRemainingTimeInMillis: () => 60_000 };

function lineOf(id: string): string {
  let line = '';
  createAuditLog(SOURCE, { write: (text) => (line += text) }).record({ type: 'grant.set', id, data: {} });
  return line;
}

const packed = (payload: unknown) => ({
  awslogs: { data: gzipSync(JSON.stringify(payload)).toString('base64') },
});

const dataMessage = (...lines: readonly string[]) =>
  packed({
    messageType: 'DATA_MESSAGE',
    logGroup: 'layermint-prod-MintToken',
    logEvents: lines.map((message, at) => ({ id: String(at), timestamp: 1000 + at, message })),
  });

function handling(taken = Infinity) {
  const written: LogLine[] = [];
  const lines: string[] = [];
  const handler = recordAuditHandler({
    group: {
      write: (records) => {
        written.push(...records);
        return Promise.resolve(Math.min(taken, records.length));
      },
    },
    source: SOURCE,
    clock: new ManualClock(),
    log: createLogger('debug', (line) => lines.push(line)),
  });
  return { handler, written, log: () => lines.join('') };
}

test('A record is written unchanged, with the time of its line', async () => {
  const { handler, written, log } = handling();
  const line = lineOf('one');
  await handler(dataMessage(line), remaining);
  expect(written).toEqual([{ timestamp: 1000, message: line.trimEnd() }]);
  expect(log()).toContain('"AuditRecordsWritten":1');
  expect(log()).not.toContain('AuditRecordsNotWritten');
});

test('Any other line is counted and not written, and its content is not logged', async () => {
  const { handler, written, log } = handling();
  await handler(dataMessage(lineOf('one'), '{"specversion":"1.0","hunter2":1}', 'hunter2'), remaining);
  expect(written).toHaveLength(1);
  expect(log()).toContain('"AuditRecordsNotWritten":2');
  expect(log()).not.toContain('hunter2');
});

test('A record that CloudWatch Logs rejects counts as not written', async () => {
  const { handler, log } = handling(1);
  await handler(dataMessage(lineOf('one'), lineOf('two')), remaining);
  expect(log()).toContain('"AuditRecordsWritten":1');
  expect(log()).toContain('"AuditRecordsNotWritten":1');
});

test('The test message of CloudWatch Logs writes nothing', async () => {
  const { handler, written, log } = handling();
  await handler(packed({ messageType: 'CONTROL_MESSAGE', logEvents: [] }), remaining);
  expect([written, log()]).toEqual([[], '']);
});

describe('an event that is none of a subscription', () => {
  test.each([
    ['without data', {}],
    ['that is not packed', { awslogs: { data: 'aHVudGVyMg==' } }],
    ['of another type', packed({ messageType: 'OTHER' })],
    ['without lines', packed({ messageType: 'DATA_MESSAGE', logGroup: 'group' })],
  ])('%s fails, so that it reaches the failure queue', async (_case, event) => {
    const { handler, log } = handling();
    await expect(handler(event, remaining)).rejects.toMatchObject({ code: 'SUBSCRIPTION_EVENT_UNREADABLE' });
    expect(log()).not.toContain('hunter2');
  });
});
