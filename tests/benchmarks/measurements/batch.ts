import * as z from 'zod';
import { BatchAnswer } from '../../../lib/http/routes/tokens/batch-schemas.ts';
import { atMost, type Measurement } from '../measurement.ts';
import { alternate, undisturbed, Work } from '../slices.ts';
import { warmMint } from '../warm/warm-mint.ts';

const ROUNDS = 150;
const WARM_UP = 20;
const DOCUMENTS = 100;

/** Compares one batch for a page of documents with a request for each of them. */
export const batchOfHundred: Measurement = {
  what: 'a batch of 100 tokens, against 100 single mints',
  budget: atMost(0.3),
  exact: false,
  measure: async () => {
    const warm = await warmMint(DOCUMENTS);
    assertAllMinted((await warm.batch()).body ?? '');
    const batch = new Work(warm.batch, 1);
    const single = new Work(warm.mint, DOCUMENTS);
    await alternate([batch, single], ROUNDS, WARM_UP);
    const milliseconds = (micros: number): string => `${(micros / 1000).toFixed(1)} ms`;
    return {
      value: undisturbed(batch) / (undisturbed(single) * DOCUMENTS),
      notes: [
        `the batch ${milliseconds(undisturbed(batch))}, one mint after the other ${milliseconds(undisturbed(single) * DOCUMENTS)}; lower deciles of ${ROUNDS} rounds, in turns`,
        'for 100 documents of one user, with the same two grants on each',
      ],
    };
  },
};

/** @throws Error if part of the batch was refused: the measurement would then mean nothing */
function assertAllMinted(body: string): void {
  const { results } = z.parse(BatchAnswer, JSON.parse(body));
  const minted = results.filter(({ status }) => status === 201).length;
  if (minted !== DOCUMENTS) throw new Error(`The batch minted ${minted} of ${DOCUMENTS} tokens`);
}
