import { expect, test } from '@jest/globals';
import { parseFilterPattern } from '../../../../../../tools/local/stand-ins/cloudwatch-logs/filter-pattern.ts';

const line = JSON.stringify({
  specversion: '1.0',
  type: 'layermint.token.refused',
  level: 'INFO',
  data: { reason: 'not-granted', groupCount: 3, onBehalf: false, layer: null, grants: [{ role: 'owner' }] },
});

test.each([
  ['', true],
  ['{ $.specversion = "1.0" }', true],
  ['{ $.specversion = "2.0" }', false],
  ['{$.type="layermint.*"}', true],
  ['{ $.type != "layermint.*" }', false],
  ['{ $.level = INFO && $.data.groupCount > 2 }', true],
  ['{ $.data.groupCount >= 4 || $.data.groupCount < 3 }', false],
  ['{ ($.data.groupCount = 3 || $.level = ERROR) && $.data.reason = "not-granted" }', true],
  ['{ $.data.onBehalf IS FALSE }', true],
  ['{ $.data.onBehalf IS TRUE }', false],
  ['{ $.data.layer IS NULL }', true],
  ['{ $.data.layer EXISTS }', true],
  ['{ $.data.document NOT EXISTS }', true],
  ['{ $.data.grants[0].role = "owner" }', true],
  ['{ $.data.grants[1].role = "owner" }', false],
  ['{ $.constructor = "*" }', false],
  ['refused', true],
  ['refused -INFO', false],
  ['?absent ?refused', true],
  ['"not-granted" absent', false],
])('The pattern %s matches as CloudWatch Logs matches it: %s', (pattern, matches) => {
  expect(parseFilterPattern(pattern)(line)).toBe(matches);
});

test.each(['Error: {"specversion":"1.0"', '{ no JSON', '[]', 'null', ''])(
  'A line that is no JSON object, %p, matches no pattern for JSON',
  (text) => {
    expect(parseFilterPattern('{ $.specversion NOT EXISTS }')(text)).toBe(false);
  },
);

test.each([
  ['{ $.specversion = "1.0"', 'at character 24 it ends. This stand-in expects } there'],
  ['{ specversion = "1.0" }', 'at character 3 there is "specversion = "1.0" "'],
  ['{ $.a ~ 1 }', 'at character 7 there is "~ 1 }". This stand-in expects =, !='],
  ['{ $.a < "x" }', 'expects a number there'],
  ['%regex%', 'at character 1 there is "%regex%"'],
])('The pattern %s is refused with its position', (pattern, message) => {
  expect(() => parseFilterPattern(pattern)).toThrow(message);
});
