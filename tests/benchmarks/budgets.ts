import type { Measurement } from './measurement.ts';
import { dynamoDBReads, otherAwsCalls } from './measurements/aws-calls.ts';
import { batchOfHundred } from './measurements/batch.ts';
import { coldStart } from './measurements/cold-start.ts';
import { readsAfterFirstHour, writesOfHolderItem } from './measurements/holder-item.ts';
import { callsOfIdleRevocation, readsOfIdleSweep } from './measurements/idle-revocation.ts';
import { memory } from './measurements/memory.ts';
import { packageSize } from './measurements/package-size.ts';
import { readUnits } from './measurements/read-units.ts';
import { holdersPerSweep, sweepPastDeadline, waitBehindOthers } from './measurements/sweeping.ts';
import { wholeMint } from './measurements/whole-mint.ts';
import type { Row } from './reporting/budgets-table.ts';

const MEASUREMENTS: readonly Measurement[] = [
  wholeMint,
  batchOfHundred,
  coldStart,
  packageSize,
  memory,
  dynamoDBReads,
  otherAwsCalls,
  ...readUnits,
  ...writesOfHolderItem,
  readsAfterFirstHour,
  callsOfIdleRevocation,
  readsOfIdleSweep,
  sweepPastDeadline,
  waitBehindOthers,
  holdersPerSweep,
];

/** Measures every budget, and shows the progress on standard error. */
export async function measureBudgets(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const measurement of MEASUREMENTS) {
    console.error(`measuring ${measurement.what} …`);
    rows.push({ measurement, result: await measurement.measure() });
  }
  return rows;
}
