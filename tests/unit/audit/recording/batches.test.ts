import { expect, test } from '@jest/globals';
import { batchesOf } from '../../../../lib/audit/recording/batches.ts';

const DAY = 86_400_000;
const lines = (count: number, message: string) =>
  Array.from({ length: count }, (_, at) => ({ timestamp: at, message }));
const sizes = (batches: readonly (readonly unknown[])[]) => batches.map(({ length }) => length);

test('A batch is in the order of time', () => {
  const [batch] = batchesOf([3, 1, 2].map((timestamp) => ({ timestamp, message: 'x' })));
  expect(batch?.map(({ timestamp }) => timestamp)).toEqual([1, 2, 3]);
});

test('A batch has at most 10,000 events', () => {
  expect(sizes(batchesOf(lines(10_001, 'x')))).toEqual([10_000, 1]);
});

test('A batch has at most 1,048,576 bytes, with 26 for each event, counted in UTF-8', () => {
  const half = 'ü'.repeat((524_288 - 26) / 2);
  expect(sizes(batchesOf(lines(3, half)))).toEqual([2, 1]);
  expect(sizes(batchesOf(lines(2, `${half}x`)))).toEqual([1, 1]);
});

test('A batch spans less than 24 hours', () => {
  const at = (timestamp: number) => ({ timestamp, message: 'x' });
  expect(sizes(batchesOf([at(0), at(DAY - 1), at(DAY), at(2 * DAY - 1), at(2 * DAY)]))).toEqual([2, 2, 1]);
});

test('Nothing makes no batch', () => {
  expect(batchesOf([])).toEqual([]);
});
