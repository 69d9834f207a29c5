import { expect, test } from '@jest/globals';
import { KEPT_BYTES, LogGroups } from '../../../../../../tools/local/stand-ins/cloudwatch-logs/log-groups.ts';
import { ManualClock } from '../../../../../support/runtime/clock.ts';

const GROUP = '/layermint/local/audit';
const DAY = 86_400_000;
const HOUR = 3_600_000;

function setUp(): { clock: ManualClock; groups: LogGroups; now: number } {
  const clock = new ManualClock();
  const groups = new LogGroups(clock, () => undefined);
  groups.create(GROUP);
  groups.createStream(GROUP, 's');
  return { clock, groups, now: clock.now() };
}

test('Lines are put into a stream that exists, and into no other', () => {
  const { groups, now } = setUp();
  expect(groups.put(GROUP, 's', [{ timestamp: now, message: 'one' }])).toEqual({});
  expect(groups.events(GROUP)).toMatchObject([
    { message: 'one', stream: 's', timestamp: now, ingestionTime: now },
  ]);
  expect(() => groups.put(GROUP, 'other', [{ timestamp: now, message: 'two' }])).toThrow(
    'log stream does not exist',
  );
  expect(() => groups.put('/other', 's', [{ timestamp: now, message: 'two' }])).toThrow(
    'log group does not exist',
  );
  expect(() => {
    groups.createStream(GROUP, 's');
  }).toThrow('already exists');
});

test('A batch that exceeds a limit of AWS is refused as a whole', () => {
  const { groups, now } = setUp();
  const event = { timestamp: now, message: 'x' };
  const put = (batch: readonly (typeof event)[]) => () => groups.put(GROUP, 's', batch);
  expect(put([])).toThrow('1 to 10000');
  expect(put(Array<typeof event>(10_001).fill(event))).toThrow('1 to 10000');
  expect(put([{ ...event, message: 'x'.repeat(1_048_576 - 25) }])).toThrow('exceeds limit');
  expect(put([event, { ...event, timestamp: now - 1 }])).toThrow('chronological order');
  expect(put([{ ...event, timestamp: now - DAY - 1 }, event])).toThrow('24 hours');
  expect(groups.events(GROUP)).toEqual([]);
});

test('The largest batch is taken', () => {
  const { groups, now } = setUp();
  groups.put(GROUP, 's', [{ timestamp: now, message: 'x'.repeat(1_048_576 - 26) }]);
  expect(groups.events(GROUP)).toHaveLength(1);
});

test('Lines older than 14 days and more than 2 hours ahead are rejected, and the others are taken', () => {
  const { groups, now } = setUp();
  const at = (timestamp: number): { timestamp: number; message: string } => ({ timestamp, message: 'x' });
  expect(groups.put(GROUP, 's', [at(now - 14 * DAY - 1), at(now), at(now + 2 * HOUR + 1)])).toEqual({
    tooOldLogEventEndIndex: 1,
    tooNewLogEventStartIndex: 2,
  });
  expect(groups.events(GROUP)).toHaveLength(1);
});

test('A group keeps its last lines and drops the oldest', () => {
  const { groups, now } = setUp();
  const line = 'x'.repeat(1_000_000);
  for (let n = 0; n < 20; n += 1) groups.put(GROUP, 's', [{ timestamp: now, message: `${n}${line}` }]);
  const kept = groups.events(GROUP).map(({ message }) => Number.parseInt(message));
  expect(kept.at(-1)).toBe(19);
  expect(kept[0]).toBeGreaterThan(2);
  expect(groups.list()[0]?.storedBytes).toBeLessThanOrEqual(KEPT_BYTES);
});

test('A function’s line makes its group and stream', () => {
  const { groups } = setUp();
  groups.takeLine('/aws/lambda/mintToken', 'local', 'line');
  expect(groups.events('/aws/lambda/mintToken')).toMatchObject([{ message: 'line', stream: 'local' }]);
});
