import { atMost, type Measurement } from '../measurement.ts';
import { Signatures } from '../signatures.ts';
import { alternate, undisturbed, Work } from '../slices.ts';
import { warmMint } from '../warm-mint.ts';

const ROUNDS = 1000;
const WARM_UP = 300;
const CALLS = 10;

const ES256_SIGNATURE_BYTES = 64;

/** What a warm mint costs on top of its signature, which no token can do without. */
export const workBesideSigning: Measurement = {
  what: 'work of a warm mint outside signing, against signing alone (ES256, jose)',
  budget: atMost(0.6),
  exact: false,
  measure: async () => {
    const warm = await warmMint();
    const signatures = new Signatures(new Uint8Array(ES256_SIGNATURE_BYTES));
    const mint = new Work(warm.mint, CALLS);
    const sign = new Work(warm.sign, CALLS);
    // Signing here is only jose's work around the signature, which is signing's and not the mint's.
    const mintGiven = new Work(signatures.given(warm.mint), CALLS);
    const signGiven = new Work(signatures.given(warm.sign), CALLS);
    await alternate([mint, sign, mintGiven, signGiven], ROUNDS, WARM_UP);

    const [whole, signing] = [undisturbed(mint), undisturbed(sign)];
    const outside = undisturbed(mintGiven) - undisturbed(signGiven);
    const micros = (time: number): string => `${time.toFixed(0)} µs`;
    return {
      value: outside / signing,
      notes: [
        `outside signing ${micros(outside)}, signing alone ${micros(signing)}; lower deciles of ${ROUNDS} slices of ${CALLS} calls, in turns`,
        `a whole mint ${micros(whole)}, ${micros(whole - signing)} above signing alone: that is ${((whole - signing) / signing).toFixed(2)}, which counts as work what waiting for the signature costs`,
        'the handler with its log line and two grants to join; DynamoDB answered at the client, the key held',
      ],
    };
  },
};
