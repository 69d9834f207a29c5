import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AWS_QUOTAS, type AwsQuotaName } from '../../../../tools/model/aws-quotas.ts';
import { isBroken, verdictOn } from '../../../../tools/model/breaking.ts';
import { limitsOf, type ModelSettings } from '../../../../tools/model/limits.ts';
import { loadOf, SHAPES, type Shape } from '../../../../tools/model/loads.ts';
import { settings, use } from './model-settings.ts';

const UNBOUNDED: ModelSettings = {
  ...settings,
  throttleRatePerSecond: 1e12,
  throttleBurst: 1e12,
  quotas: Object.fromEntries(Object.keys(AWS_QUOTAS).map((name) => [name, 1e12])),
};

const anySettings: fc.Arbitrary<ModelSettings> = fc
  .record({
    throttleRatePerSecond: fc.integer({ min: 1, max: 10_000 }),
    throttleBurst: fc.integer({ min: 1, max: 5000 }),
    documents: fc.integer({ min: 1, max: 100_000 }),
    readUnits: fc.integer({ min: 1, max: 600 }),
    ttl: fc.integer({ min: 60, max: 86_400 }),
  })
  .map(({ readUnits, ttl, ...stage }) => {
    const refresh = { earliest: Math.ceil(ttl * 0.7), latest: Math.floor(ttl * 0.85) };
    const mints = { ...use.mints, renewal: { ...use.mints.renewal, readUnits } };
    return { ...settings, ...stage, use: { ...use, refresh, mints } };
  });

const anyShape = fc.constantFrom(...SHAPES);
const anyRate = fc.double({ min: 0.001, max: 1_000_000, noNaN: true });

const brokenAt = (shape: Shape, rate: number, of: ModelSettings): string[] =>
  limitsOf(loadOf(shape, rate, of.use), of)
    .filter(isBroken)
    .map(({ name }) => name);

test('more load never breaks a limit later, nor mends one', () => {
  fc.assert(
    fc.property(anySettings, anyShape, anyRate, anyRate, (of, shape, one, other) => {
      const less = brokenAt(shape, Math.min(one, other), of);
      expect(brokenAt(shape, Math.max(one, other), of)).toEqual(expect.arrayContaining(less));
    }),
  );
});

test('a limit is broken above the rate at which it breaks, and holds below it', () => {
  fc.assert(
    fc.property(anySettings, anyShape, (of, shape) => {
      for (const { name, breaksAt } of verdictOn(shape, 1, of).limits) {
        if (breaksAt === Infinity) continue;
        expect(brokenAt(shape, breaksAt * 1.001, of)).toContain(name);
        expect(brokenAt(shape, breaksAt * 0.999, of)).not.toContain(name);
      }
    }),
    { numRuns: 20 },
  );
});

test('the limits of a verdict are in the order in which they break', () => {
  for (const shape of SHAPES) {
    const rates = verdictOn(shape, 1, settings).limits.map(({ breaksAt }) => breaksAt);
    for (const [at, rate] of rates.entries())
      if (at > 0) expect(rate * (1 + 1e-6)).toBeGreaterThanOrEqual(rates[at - 1] ?? 0);
  }
});

describe('each limit can be the first', () => {
  test('the throttle of the stage', () => {
    const [first] = verdictOn('steady', 1, { ...UNBOUNDED, throttleRatePerSecond: 3 }).limits;
    expect(first).toMatchObject({ name: 'the stage: requests to a route', breaksAt: expect.closeTo(3, 6) });
  });

  // A burst counts only together with the rate of the same quota.
  const alone = (Object.keys(AWS_QUOTAS) as AwsQuotaName[]).filter((name) => name !== 'apiGatewayBurst');
  test.each(alone)('%s', (name) => {
    const lowered = { ...UNBOUNDED, quotas: { ...UNBOUNDED.quotas, [name]: 1e-12 } };
    const [first] = verdictOn('steady', 1, lowered).limits;
    expect(first?.name).toContain(AWS_QUOTAS[name].name);
    expect(first?.breaksAt).toBeLessThan(2);
  });
});

test('limits that break at the same rate stay in the order of a request', () => {
  const { limits } = verdictOn('outage', 1, settings);
  const names = limits.map(({ name }) => name);
  const [concurrency, scaling] = [AWS_QUOTAS.lambdaConcurrency.name, AWS_QUOTAS.lambdaScaling.name];
  expect(names.indexOf(scaling)).toBe(names.indexOf(concurrency) + 1);
});
