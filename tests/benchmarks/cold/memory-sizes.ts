import { costOf } from '../../../tools/cost/prices.ts';
import { TOKENS } from '../../../tools/cost/costs.ts';
import { billedMint, shareOfProcessor } from '../../../tools/cost/durations.ts';
import type { Measured } from '../../../tools/cost/measured.ts';
import type { Table } from '../reporting/report.ts';

/** The memory sizes to compare, in megabytes. Lambda gives a whole processor at 1,769, and a second one beyond it. */
const SIZES = [128, 256, 512, 768, 1024, 1536, 1769, 3008];

/** A memory size of the mint function, with its times and its price. */
export interface MemorySize {
  readonly memoryMb: number;
  /** The share of a processor that a mint gets. */
  readonly processor: number;
  /** The billed duration of a mint in milliseconds. */
  readonly warmMs: number;
  readonly coldMs: number;
  /** US dollars for the duration of a million mints, cold starts included. */
  readonly usd: number;
}

/**
 * Computes what each memory size costs, from processor time: Lambda gives a function processor time in proportion to its memory.
 *
 * @param coldCpuMs - the processor time of a cold start with its first mint, in milliseconds
 */
export function memorySizes(measured: Measured, coldCpuMs: number): MemorySize[] {
  return SIZES.map((memoryMb) => {
    const { stage, mint, ...rest } = measured;
    const cold = { ...mint.cold, cpuMs: coldCpuMs };
    const {
      warm,
      cold: coldMs,
      mean,
    } = billedMint('usual', {
      ...rest,
      stage: { ...stage, memoryMb },
      mint: { ...mint, cold },
    });
    return {
      memoryMb,
      processor: shareOfProcessor(memoryMb),
      warmMs: warm,
      coldMs,
      usd: costOf('lambdaDuration', ((TOKENS * mean) / 1000) * (memoryMb / 1024)),
    };
  });
}

/** Makes the table of the sizes. */
export function memoryTable(sizes: readonly MemorySize[]): Table {
  return {
    kind: 'table',
    title: 'Memory against price',
    columns: [
      'memory (MB)',
      'of a processor',
      'warm mint (ms)',
      'cold start (ms)',
      'USD for 1,000,000 mints',
    ],
    rows: sizes.map(({ memoryMb, processor, warmMs, coldMs, usd }) => [
      String(memoryMb),
      processor.toFixed(2),
      String(warmMs),
      String(coldMs),
      usd.toFixed(2),
    ]),
  };
}
