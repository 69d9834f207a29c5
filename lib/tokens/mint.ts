import type { Subject } from '../identity/index.ts';
import type { Random } from '../runtime/random.ts';
import type { SigningKeys } from '../signing-keys/index.ts';
import { StoreUnavailableError } from '../table/index.ts';
import { signToken, type MintedToken, type TokenTooLarge } from './minted-token.ts';
import type { MintRequest, RequestRefused } from './ruling.ts';
import { settle, type MintFailure, type Settled, type SettlingDependencies } from './settle.ts';

export type MintRefusal = RequestRefused | TokenTooLarge;

/** A token, a refusal or a failure. */
export type MintOutcome = MintedToken | MintRefusal | MintFailure;

export interface MintDependencies extends SettlingDependencies {
  readonly signingKeys: SigningKeys;
  /** Chooses the times to refresh. */
  readonly random: Random;
}

/** The minting of client tokens. */
export interface Minting {
  /**
   * Mints a token.
   *
   * @throws StoreUnavailableError if the table does not answer, or the holder item changed under every attempt
   * @throws UnreadableItemError if the holder item cannot be read
   * @throws RevocationsPendingError if too many revocations of the holder wait for Document Engine
   * @throws SigningKeyError if there is no key
   */
  readonly mintToken: (subject: Subject, request: MintRequest) => Promise<MintedToken | MintRefusal>;

  /**
   * Mints tokens for one person, each with its own outcome. One pass of BatchGetItem reads the items for all of them.
   *
   * @param requests - any number; documents may repeat
   * @param onOutcome - called with each outcome, in the order of the requests, while later tokens are still being signed. It is not called
   * if no request is served
   * @returns the outcomes in the order of the requests; a failure for one document affects only its own requests
   * @throws the errors of {@link Minting.mintToken}, if no request is served
   */
  readonly mintTokens: (
    subject: Subject,
    requests: readonly MintRequest[],
    onOutcome?: (outcome: MintOutcome) => void,
  ) => Promise<MintOutcome[]>;
}

/** Makes the minting of a function, once at its start. */
export function createMinting({ signingKeys, random, ...dependencies }: MintDependencies): Minting {
  const signed = async (settled: Settled): Promise<MintOutcome> =>
    settled.outcome === 'unsigned' ? signToken(settled, signingKeys, random) : settled;
  return {
    async mintToken(subject, request) {
      const settled = await settle(subject, [request], dependencies);
      const outcome = await signed(settled.get(request) ?? contended());
      if (outcome.outcome === 'failed') throw outcome.error;
      return outcome;
    },
    async mintTokens(subject, requests, onOutcome) {
      const settledOf = await settle(subject, requests, dependencies);
      const settled = requests.map((request) => settledOf.get(request) ?? contended());
      const [first] = settled;
      const noneServed = settled.every(({ outcome }) => outcome === 'failed');
      if (first?.outcome === 'failed' && noneServed) throw first.error;
      // Without a key, the call fails before anybody hears of an outcome.
      if (settled.some(({ outcome }) => outcome === 'unsigned')) await signingKeys.current();
      const signing = settled.map(signed);
      // An error ends the loop. Nobody awaits the later promises then.
      void Promise.allSettled(signing);
      const outcomes: MintOutcome[] = [];
      for (const next of signing) {
        const outcome = await next;
        onOutcome?.(outcome);
        outcomes.push(outcome);
      }
      return outcomes;
    },
  };
}

/** Makes the outcome of a request whose holder item changed in every round. */
const contended = (): MintFailure => ({
  outcome: 'failed',
  error: new StoreUnavailableError('The holder item changed under every attempt to mint'),
});
