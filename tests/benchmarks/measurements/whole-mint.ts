import { atMost, type Measurement } from '../measurement.ts';
import { Signatures } from '../signatures.ts';
import { alternate, undisturbed, Work } from '../slices.ts';
import { warmMint } from '../warm-mint.ts';

const ROUNDS = 1000;
const WARM_UP = 300;
const CALLS = 10;

const ES256_SIGNATURE_BYTES = 64;

/** Compares a warm mint with its signature, which every token needs. */
export const wholeMint: Measurement = {
  what: 'a warm mint, whole, against jose signing the same claims (ES256)',
  budget: atMost(1.5),
  exact: false,
  measure: async () => {
    const warm = await warmMint();
    const signatures = new Signatures(new Uint8Array(ES256_SIGNATURE_BYTES));
    const mint = new Work(warm.mint, CALLS);
    const sign = new Work(warm.sign, CALLS);
    // With a given signature, signing is only jose's work around it. That is not part of the mint's own work.
    const mintGiven = new Work(signatures.given(warm.mint), CALLS);
    const signGiven = new Work(signatures.given(warm.sign), CALLS);
    await alternate([mint, sign, mintGiven, signGiven], ROUNDS, WARM_UP);

    const [whole, signing] = [undisturbed(mint), undisturbed(sign)];
    const outside = undisturbed(mintGiven) - undisturbed(signGiven);
    const micros = (time: number): string => `${time.toFixed(0)} µs`;
    return {
      value: whole / signing,
      notes: [
        `a whole mint ${micros(whole)}, signing alone ${micros(signing)}; lower deciles of ${ROUNDS} slices of ${CALLS} calls, in turns`,
        `outside signing ${micros(outside)}: that is ${(outside / signing).toFixed(2)}. The rest is the wait for the signature, which another thread makes`,
        'the handler with its log line and two grants to join; DynamoDB answered at the client, the key held',
      ],
    };
  },
};
