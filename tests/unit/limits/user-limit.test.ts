import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { UserLimit, type LimitRules } from '../../../lib/limits/index.ts';
import { limitKey } from '../../../lib/table/index.ts';
import { size } from '../../support/jest/suites.ts';
import { aheadOf, ManualClock, NOON } from '../../support/runtime/clock.ts';
import { MemoryTable } from '../../support/table/memory-table.ts';
import { unreachableTable } from '../../support/table/unreachable-table.ts';

const RULES: LimitRules = { perMinute: 60, burst: 100 };

const MINUTES_15 = 15 * 60_000;

const intervalOf = ({ perMinute }: LimitRules): number => Math.floor(60_000 / perMinute);

const someRules = fc.record({
  perMinute: fc.integer({ min: 1, max: 600 }),
  burst: fc.integer({ min: 1, max: 20 }),
});

/** Requests of one user: the pause before each, in milliseconds, and the number of tokens. */
const someRequests = (rules: LimitRules) =>
  fc.array(
    fc.record({
      pause: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 4 * rules.burst * intervalOf(rules) })),
      count: fc.integer({ min: 1, max: rules.burst }),
      process: fc.nat({ max: 2 }),
    }),
    { maxLength: 30 },
  );

const withRequests = someRules.chain((rules) =>
  fc.record({
    rules: fc.constant(rules),
    requests: someRequests(rules),
    tellsFound: fc.boolean(),
    /** The lead of the clock of each process, in milliseconds. */
    ahead: fc.tuple(...[0, 1, 2].map(() => fc.integer({ min: -MINUTES_15 / 2, max: MINUTES_15 / 2 }))),
  }),
);

function bucketAt(
  table = new MemoryTable(),
  rules = RULES,
  clock = new ManualClock(),
): { readonly table: MemoryTable; readonly clock: ManualClock; readonly limit: UserLimit } {
  return { table, clock, limit: new UserLimit(table, rules, clock) };
}

test('takes exactly the tokens of an ideal bucket, over any sequence of requests', async () => {
  await fc.assert(
    fc.asyncProperty(withRequests, async ({ rules, requests, tellsFound }) => {
      const { table, clock, limit } = bucketAt(undefined, rules);
      table.tellsFound = tellsFound;
      let tokens = rules.burst * intervalOf(rules); // in milliseconds, so that the sums are exact
      for (const { pause, count } of requests) {
        clock.advance(pause);
        tokens = Math.min(rules.burst * intervalOf(rules), tokens + pause);
        const cost = count * intervalOf(rules);
        const wait = await limit.take('alice', count);
        expect(wait === 0).toBe(cost <= tokens);
        if (wait === 0) tokens -= cost;
        else if (tellsFound) expect(wait).toBe(Math.max(1, Math.ceil((cost - tokens) / 1000)));
        else expect(wait).toBe(Math.max(1, Math.ceil(cost / 1000)));
      }
    }),
    { numRuns: size(100, 2000) },
  );
});

test('lets no user take more than the burst and the rate allow in any time, whatever the clocks of the processes', async () => {
  await fc.assert(
    fc.asyncProperty(withRequests, async ({ rules, requests, ahead, tellsFound }) => {
      const { table, clock } = bucketAt(undefined, rules);
      table.tellsFound = tellsFound;
      const limits = ahead.map(
        (by) =>
          new UserLimit(
            table,
            rules,
            aheadOf(clock, () => by),
          ),
      );
      const skew = Math.max(...ahead) - Math.min(...ahead);
      const taken: { readonly at: number; readonly count: number }[] = [];
      for (const { pause, count, process } of requests) {
        clock.advance(pause);
        const wait = await limits[process]?.take('alice', count);
        expect(wait).toBeGreaterThanOrEqual(0);
        if (wait === 0) taken.push({ at: clock.now(), count });
      }
      for (const [first, { at }] of taken.entries()) {
        let sum = 0;
        for (const { at: until, count } of taken.slice(first)) {
          sum += count;
          expect(sum).toBeLessThanOrEqual(rules.burst + (until - at + skew) / intervalOf(rules));
        }
      }
    }),
    { numRuns: size(100, 2000) },
  );
});

test('never refuses a user who stays below the rate', async () => {
  await fc.assert(
    fc.asyncProperty(
      someRules,
      fc.array(fc.nat({ max: 100_000 }), { maxLength: 30 }),
      async (rules, further) => {
        const { clock, limit } = bucketAt(undefined, rules);
        for (const more of further) {
          expect(await limit.take('alice', 1)).toBe(0);
          clock.advance(Math.ceil(60_000 / rules.perMinute) + more);
        }
      },
    ),
    { numRuns: size(50, 1000) },
  );
});

test('grants exactly the burst to many requests of several processes at the same moment', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 40 }), async (hops) => {
      const { table, clock } = bucketAt(undefined, { perMinute: 1, burst: 7 });
      const waits = await Promise.all(
        hops.map((hop) => {
          const own = table.beside();
          own.before = async () => {
            for (let step = 0; step < hop; step += 1) await Promise.resolve();
          };
          return new UserLimit(own, { perMinute: 1, burst: 7 }, clock).take('alice', 1);
        }),
      );
      expect(waits.filter((wait) => wait === 0)).toHaveLength(Math.min(7, hops.length));
    }),
    { numRuns: size(50, 1000) },
  );
});

test('costs one write while the bucket is full or empty, and two in between', async () => {
  const { table, limit } = bucketAt();
  const callsOf = async (count: number): Promise<readonly string[]> => {
    table.calls.length = 0;
    await limit.take('alice', count);
    return table.calls;
  };
  expect(await callsOf(1)).toEqual(['update']);
  expect(await callsOf(99)).toEqual(['update', 'update']);
  expect(await callsOf(1)).toEqual(['update']);
});

test('a refused flood costs no later token', async () => {
  const { clock, limit } = bucketAt();
  expect(await limit.take('mallory', 100)).toBe(0);
  for (let attempt = 0; attempt < 50; attempt += 1) expect(await limit.take('mallory', 100)).toBe(100);
  clock.advance(1000);
  expect(await limit.take('mallory', 1)).toBe(0);
});

test('a wait that is kept is long enough', async () => {
  const { clock, limit } = bucketAt();
  await limit.take('alice', 100);
  clock.advance(300);
  const wait = await limit.take('alice', 30);
  expect(wait).toBe(30);
  clock.advance(wait * 1000);
  expect(await limit.take('alice', 30)).toBe(0);
});

test.each([
  ['other case', 'Alice'],
  ['another user', 'bob'],
  ['a name that ends the key early', 'alice#60/100'],
])('nobody empties the bucket of alice: %s', async (_, other) => {
  const { limit } = bucketAt();
  expect(await limit.take(other, 100)).toBe(0);
  expect(await limit.take('alice', 100)).toBe(0);
});

test('a clock that is set back gives nobody a token twice', async () => {
  const { clock, limit } = bucketAt();
  await limit.take('mallory', 100);
  for (let minutes = 1; minutes < 15; minutes += 1) {
    clock.set(NOON * 1000 - minutes * 60_000);
    expect(await limit.take('mallory', 1)).toBeGreaterThan(0);
  }
});

test('one process whose clock is years ahead stops nobody at the others', async () => {
  const { table, clock, limit } = bucketAt();
  await new UserLimit(
    table,
    RULES,
    aheadOf(clock, () => 3e11),
  ).take('alice', 100);
  expect(await limit.take('alice', 1)).toBe(0);
});

test('other rules count at once, and nobody waits by the former ones', async () => {
  const { table, clock, limit } = bucketAt(undefined, { perMinute: 1, burst: 100 });
  await limit.take('alice', 100);
  expect(await limit.take('alice', 1)).toBe(60);
  expect(await new UserLimit(table, { perMinute: 60, burst: 100 }, clock).take('alice', 100)).toBe(0);
});

test('the item disappears some time after its bucket is full', async () => {
  const { table, limit } = bucketAt();
  await limit.take('alice', 1);
  await limit.take('alice', 1);
  expect(table.stored(limitKey('alice', '60/100'))).toEqual({
    pk: 'LIMIT#alice',
    sk: '60/100',
    fullAt: NOON * 1000 + 2000,
    ttl: NOON + 100 + 15 * 60 + 1,
  });
});

test('an item that the TTL deletes between the two writes costs one wait, and not an error', async () => {
  const { table, limit } = bucketAt();
  await limit.take('alice', 1);
  let writes = 0;
  table.before = () => {
    writes += 1;
    if (writes === 2) table.drop(limitKey('alice', '60/100'));
  };
  expect(await limit.take('alice', 1)).toBe(1);
  expect(await limit.take('alice', 1)).toBe(0);
});

test('without the table, no token is taken for granted', async () => {
  const limit = new UserLimit(unreachableTable(new ManualClock()), RULES, new ManualClock());
  await expect(limit.take('alice', 1)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
});
