import { describe, expect, test } from '@jest/globals';
import {
  costOfAdditions,
  costOfIdleMonth,
  costOfTokens,
  PLATFORM_LOG_BYTES,
  sumOf,
  type CostLine,
} from '../../../../tools/cost/costs.ts';
import { billedMint, billedSweep } from '../../../../tools/cost/durations.ts';
import { PRICES } from '../../../../tools/cost/prices.ts';
import { measured } from './measured-stage.ts';

const lineOf = (lines: readonly CostLine[], what: RegExp): CostLine => {
  const found = lines.find((line) => what.test(line.what));
  if (!found) throw new Error(`There is no line ${String(what)}`);
  return found;
};

describe('a million tokens', () => {
  test('pay one request and one invocation each, and a hundredth in batches of 100', () => {
    const [one, batch] = [costOfTokens('usual', measured), costOfTokens('batches', measured)];
    expect(lineOf(one, /^API Gateway/)).toMatchObject({ units: 1_000_000, usd: 1 });
    expect(lineOf(one, /invocations/)).toMatchObject({ units: 1_000_000, usd: 0.2 });
    expect(lineOf(batch, /^API Gateway/)).toMatchObject({ units: 10_000, usd: 0.01 });
  });

  test('pay the counted units of DynamoDB', () => {
    const lines = costOfTokens('usual', measured);
    expect(lineOf(lines, /reads$/)).toMatchObject({ units: 2_000_000, usd: 0.25 });
    expect(lineOf(lines, /writes/)).toMatchObject({ units: 500_000, usd: 0.3125 });
  });

  test('pay the billed duration by the memory of the function, rounded up, with one start in a hundred', () => {
    // 1 ms on half a processor, and one call of 10 ms; a start has 100 ms on half a processor and 200 ms of first calls.
    expect(billedMint('usual', measured)).toEqual({ warm: 12, cold: 410, mean: expect.closeTo(15.98, 9) });
    const { units, usd } = lineOf(costOfTokens('usual', measured), /duration/);
    expect(units).toBeCloseTo((15_980 * 884.5) / 1024, 6);
    expect(usd).toBeCloseTo(units * PRICES.lambdaDuration.usd, 9);
  });

  test("pay the function's log line, Lambda's three lines and the line of the access log", () => {
    const { units } = lineOf(costOfTokens('usual', measured), /written/);
    expect(units).toBeCloseTo((300 + PLATFORM_LOG_BYTES + 100) / 1000, 9);
  });

  test('pay for logs as long as the stage keeps them', () => {
    const kept = lineOf(costOfTokens('usual', measured), /kept/).units;
    const longer = { ...measured, stage: { ...measured.stage, logRetentionDays: 60 } };
    expect(lineOf(costOfTokens('usual', longer), /kept/).units).toBeCloseTo(2 * kept, 9);
  });

  test('cost the sum of their lines', () => {
    expect(sumOf([{ what: '', price: 'secrets', units: 1, usd: 0.4 }])).toBe(0.4);
    expect(sumOf(costOfTokens('usual', measured))).toBeGreaterThan(1.76);
  });
});

describe('an idle month', () => {
  test.each([0, 1])(
    'pays the secret of the signing key, with %d of the stack, and that of Document Engine',
    (secrets) => {
      const stage = { ...measured.stage, secrets };
      expect(
        costOfIdleMonth({ ...measured, stage }).filter(({ price }) => price === 'secrets'),
      ).toMatchObject([{ units: 1 }, { units: 1 }]);
    },
  );

  test('pays 43,200 sweeps, each with sixteen queries of half a read unit', () => {
    const lines = costOfIdleMonth(measured);
    expect(lineOf(lines, /scheduled invocations/).units).toBe(43_200);
    expect(lineOf(lines, /reads/).units).toBe(43_200 * 8);
    expect(billedSweep(measured)).toBe(24);
  });

  test('pays each alarm and dashboard of the stack', () => {
    const stage = { ...measured.stage, alarms: 7, dashboards: 1 };
    const lines = costOfIdleMonth({ ...measured, stage });
    expect(lineOf(lines, /alarms/).usd).toBeCloseTo(0.7, 9);
    expect(lineOf(lines, /dashboards/).usd).toBe(3);
  });

  test('pays every schedule by its own interval', () => {
    const stage = { ...measured.stage, schedules: { sweep: 1, check: 60 } };
    const lines = costOfIdleMonth({ ...measured, stage });
    expect(lineOf(lines, /scheduled invocations/).units).toBe(43_200 + 720);
  });
});

test('detailed metrics of 13 routes cost up to 23.40 USD a month', () => {
  expect(lineOf(costOfAdditions(measured), /Detailed metrics/).usd).toBeCloseTo(23.4, 9);
});
