import { expect, test } from '@jest/globals';
import { UsageError } from '../../../../../tools/cli/errors.ts';
import { secondsIn } from '../../../../../tools/cli/local/length-of-time.ts';

test.each([
  ['1s', 1],
  ['90s', 90],
  ['10m', 600],
  ['24h', 86_400],
])('%s is %d seconds', (text, seconds) => {
  expect(secondsIn(text)).toBe(seconds);
});

test.each(['', '10', 'm', '0m', '-5m', '1.5h', '25h', '999999s', '5 m', '5d', '1h30m'])(
  '"%s" is refused',
  (text) => {
    expect(() => secondsIn(text)).toThrow(UsageError);
  },
);
