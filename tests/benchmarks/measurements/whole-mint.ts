import { atMost, type Measurement } from '../measurement.ts';
import { alternate, undisturbed, Work } from '../slices.ts';
import { warmMint } from '../warm/warm-mint.ts';

const ROUNDS = 1000;
const WARM_UP = 300;
const CALLS = 10;

/** Compares a warm mint with its signature, which every token needs. */
export const wholeMint: Measurement = {
  what: 'a warm mint, whole, against jose signing the same claims (ES256)',
  budget: atMost(1.5),
  exact: false,
  measure: async () => {
    const warm = await warmMint();
    const mint = new Work(warm.mint, CALLS);
    const sign = new Work(warm.sign, CALLS);
    const signInBundle = new Work(warm.signInBundle, CALLS);
    await alternate([mint, sign, signInBundle], ROUNDS, WARM_UP);

    const [whole, signing, bundled] = [undisturbed(mint), undisturbed(sign), undisturbed(signInBundle)];
    const micros = (time: number): string => `${time.toFixed(0)} µs`;
    return {
      value: whole / signing,
      notes: [
        `a whole mint ${micros(whole)}, signing alone ${micros(signing)}; lower deciles of ${ROUNDS} slices of ${CALLS} calls, in turns`,
        `the mint signs in the same thread, with the jose of its bundle, in ${micros(bundled)}; outside signing it works ${micros(whole - bundled)}`,
        'the handler, bundled as deployed, with its log line and two grants to join; DynamoDB answered at the client, the key held',
      ],
    };
  },
};
