import { expect, test } from '@jest/globals';
import { memorySizes, memoryTable } from '../../../benchmarks/cold/memory-sizes.ts';
import { PRICES } from '../../../../tools/cost/prices.ts';
import { measured } from '../../tools/cost/measured-stage.ts';

const sizes = memorySizes(measured, 100);
const sizeOf = (memoryMb: number): (typeof sizes)[number] | undefined =>
  sizes.find((size) => size.memoryMb === memoryMb);

test('Lambda gives processor time in proportion to memory: one whole processor at 1,769 MB', () => {
  expect(sizeOf(1769)?.processor).toBe(1);
  expect(sizeOf(128)?.processor).toBeCloseTo(128 / 1769, 10);
});

test('A second processor does not make a mint faster, so more memory only costs more', () => {
  const [whole, more] = [sizeOf(1769), sizeOf(3008)];
  expect(more?.processor).toBe(1);
  expect(more?.warmMs).toBe(whole?.warmMs);
  expect(more?.coldMs).toBe(whole?.coldMs);
  expect(more?.usd).toBeCloseTo(((whole?.usd ?? 0) * 3008) / 1769, 10);
});

test('The times are the processor times at that share, and the waiting for AWS, which no memory shortens', () => {
  const { calls, tokens } = measured.minting.usual;
  const waiting = (calls / tokens) * 10;
  for (const { processor, warmMs, coldMs } of sizes) {
    expect(warmMs).toBe(Math.ceil(measured.mint.warm.cpuMs / processor + waiting));
    expect(coldMs).toBe(Math.ceil(100 / processor + 200 + waiting));
  }
});

test('A million mints cost their billed seconds times the memory times the price, one in a hundred a cold start', () => {
  for (const { memoryMb, warmMs, coldMs, usd } of sizes) {
    const seconds = 1_000_000 * (0.99 * warmMs + 0.01 * coldMs) * 0.001;
    expect(usd).toBeCloseTo((seconds * memoryMb * PRICES.lambdaDuration.usd) / 1024, 8);
  }
});

test('The table has a row for each size, in the order of memory', () => {
  const { columns, rows } = memoryTable(sizes);
  expect(columns).toHaveLength(5);
  expect(rows.map(([memory]) => memory)).toEqual(sizes.map(({ memoryMb }) => String(memoryMb)));
  expect(sizes.map(({ memoryMb }) => memoryMb)).toEqual(
    sizes.map(({ memoryMb }) => memoryMb).toSorted((one, other) => one - other),
  );
});
