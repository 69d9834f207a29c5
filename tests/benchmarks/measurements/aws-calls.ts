import { exactly, type Measurement } from '../measurement.ts';
import { warmMint } from '../warm/warm-mint.ts';

const MINTS = 50;

/** Counts the DynamoDB reads of a warm mint. */
export const dynamoDBReads: Measurement = {
  what: 'DynamoDB reads of a warm mint',
  budget: exactly(1),
  exact: true,
  measure: async () => {
    const calls = await callsOfWarmMints();
    return { value: (calls.get('BatchGetItem') ?? 0) / MINTS, notes: [] };
  },
};

/** Counts the other AWS calls of a warm mint: Secrets Manager, and writes. */
export const otherAwsCalls: Measurement = {
  what: 'other AWS calls of a warm mint, Secrets Manager among them',
  budget: exactly(0),
  exact: true,
  measure: async () => {
    const { BatchGetItem: _reads, ...others } = Object.fromEntries(await callsOfWarmMints());
    const sum = Object.values(others).reduce((total, calls) => total + calls, 0);
    return {
      value: sum / MINTS,
      notes: [`counted at the SDK's clients over ${MINTS} mints that follow a first`],
    };
  },
};

/** Counts the calls of several mints after a first one, by operation. */
async function callsOfWarmMints(): Promise<ReadonlyMap<string, number>> {
  const { mint, awsCalls } = await warmMint();
  const before = new Map(awsCalls);
  for (let count = 0; count < MINTS; count += 1) await mint();
  return new Map(
    [...awsCalls].map(([operation, calls]) => [operation, calls - (before.get(operation) ?? 0)]),
  );
}
