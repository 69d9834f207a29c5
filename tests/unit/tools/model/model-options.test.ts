import { describe, expect, test } from '@jest/globals';
import { UsageError } from '../../../../tools/cli/errors.ts';
import { MODEL_OPTIONS, questionIn } from '../../../../tools/model/model-options.ts';

const DEFAULTS = Object.fromEntries(
  Object.entries(MODEL_OPTIONS).map(([name, { default: value }]) => [name, value]),
);

test('without options, the model is asked for 1, 100 and 10,000 tokens a second, steady and in both herds', () => {
  expect(questionIn(DEFAULTS)).toEqual({
    tokensPerSecond: [1, 100, 10_000],
    ttlSeconds: 3600,
    groups: 2,
    grants: 5,
    documents: 1000,
    shapes: ['steady', 'outage', 'nine-o-clock'],
  });
});

test('rates come in any order, and are asked for once, the lowest first', () => {
  expect(questionIn({ ...DEFAULTS, 'tokens-per-second': '20,0.5,20' }).tokensPerSecond).toEqual([0.5, 20]);
});

test.each([
  ['none', ['steady']],
  ['outage', ['outage']],
  ['nine-o-clock', ['nine-o-clock']],
])('--herd %s asks for %p', (herd, shapes) => {
  expect(questionIn({ ...DEFAULTS, herd }).shapes).toEqual(shapes);
});

describe('a wrong value is refused, with the bounds of the option', () => {
  test.each([
    ['tokens-per-second', ''],
    ['tokens-per-second', '10,'],
    ['tokens-per-second', '0'],
    ['tokens-per-second', '-1'],
    ['tokens-per-second', '1e3'],
    ['tokens-per-second', '1000001'],
    ['ttl', '59'],
    ['ttl', '86401'],
    ['ttl', '1.5'],
    ['ttl', 'an hour'],
    ['groups', '501'],
    ['groups', '-1'],
    ['grants', '1'],
    ['grants', '1000001'],
    ['documents', '0'],
  ])('--%s %p', (name, value) => {
    const call = (): unknown => questionIn({ ...DEFAULTS, [name]: value });
    expect(call).toThrow(UsageError);
    expect(call).toThrow(new RegExp(`^--${name} must be a .* from [\\d.]+ to \\d+, not "`));
  });

  test('--herd', () => {
    expect(() => questionIn({ ...DEFAULTS, herd: 'constructor' })).toThrow(
      new UsageError('--herd must be one of all, none, outage, nine-o-clock, not "constructor".'),
    );
  });
});
