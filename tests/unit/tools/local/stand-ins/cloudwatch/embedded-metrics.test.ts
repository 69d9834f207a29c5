import { expect, test } from '@jest/globals';
import { createLogger } from '../../../../../../lib/runtime/log.ts';
import { embeddedMetrics } from '../../../../../../tools/local/stand-ins/cloudwatch/index.ts';

const document = (directive: object, targets: object): string =>
  JSON.stringify({ _aws: { Timestamp: 1_000, CloudWatchMetrics: [directive] }, ...targets });

const DIRECTIVE = { Namespace: 'N', Dimensions: [['Stage']], Metrics: [{ Name: 'A', Unit: 'Count' }] };

test("The service's own metric lines are read", () => {
  const lines: string[] = [];
  const log = createLogger(
    'info',
    (line) => lines.push(line),
    () => 5,
    { stage: 'local' },
  );
  log.count('TokensMinted');
  log.gauge('SigningKeyAge', 12);
  const common = { namespace: 'Layermint', dimensions: { Stage: 'local' }, at: 5 };
  expect(lines.flatMap(embeddedMetrics)).toEqual([
    { ...common, name: 'TokensMinted', values: [1], unit: 'Count' },
    { ...common, name: 'SigningKeyAge', values: [12], unit: 'Seconds' },
  ]);
});

test('Each directive, each set of dimensions and each metric is a metric of its own', () => {
  const line = JSON.stringify({
    _aws: {
      Timestamp: 1_000,
      CloudWatchMetrics: [
        {
          Namespace: 'N',
          Dimensions: [['Stage'], ['Stage', 'Route'], []],
          Metrics: [{ Name: 'A' }, { Name: 'B' }],
        },
        { Namespace: 'M', Dimensions: [['Route']], Metrics: [{ Name: 'A', Unit: 'Seconds' }] },
      ],
    },
    Stage: 's',
    Route: 'r',
    A: [1, 2, 3],
    B: 4,
  });
  const found = embeddedMetrics(line).map(({ namespace, name, dimensions, values, unit }) =>
    [namespace, name, JSON.stringify(dimensions), values.join(), unit].join(' '),
  );
  expect(found).toEqual([
    'N A {"Stage":"s"} 1,2,3 ',
    'N B {"Stage":"s"} 4 ',
    'N A {"Stage":"s","Route":"r"} 1,2,3 ',
    'N B {"Stage":"s","Route":"r"} 4 ',
    'N A {} 1,2,3 ',
    'N B {} 4 ',
    'M A {"Route":"r"} 1,2,3 Seconds',
  ]);
});

test.each([
  ['text', 'START RequestId: 1'],
  ['JSON without metadata', '{"level":"INFO","message":"\\"CloudWatchMetrics\\""}'],
  ['broken JSON', '{"_aws":{"CloudWatchMetrics":['],
  ['no list of directives', '{"_aws":{"Timestamp":1,"CloudWatchMetrics":{}}}'],
  ['a metric that is not on the root', document(DIRECTIVE, { Stage: 's', nested: { A: 1 } })],
  ['a metric that is text', document(DIRECTIVE, { Stage: 's', A: '1' })],
  ['more than 100 values', document(DIRECTIVE, { Stage: 's', A: Array<number>(101).fill(1) })],
  ['a dimension that is missing', document(DIRECTIVE, { A: 1 })],
  ['a dimension that is a number', document(DIRECTIVE, { A: 1, Stage: 5 })],
  ['a dimension of the prototype', document({ ...DIRECTIVE, Dimensions: [['constructor']] }, { A: 1 })],
  ['a line over 1 MiB', document(DIRECTIVE, { Stage: 's', A: 1, filler: 'x'.repeat(1024 * 1024) })],
])('A line with %s has no metrics', (_, line) => {
  expect(embeddedMetrics(line)).toEqual([]);
});
