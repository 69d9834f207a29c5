/** Every probe by its name. The metric of each is `ProbeFailed-<name>`. The first two must succeed, the others must be refused. */
export const PROBE_CASES = [
  'mint',
  'open-document',
  'no-grant',
  'private-layer',
  'expired-caller-token',
  'forged-signature',
  'revoked-token',
  'vouched-without-scope',
] as const;

/** The name of a probe. */
export type ProbeCase = (typeof PROBE_CASES)[number];

/** The words for each probe, as a sentence without its full stop: the thing that must be so. */
export const PROBE_WORDS: Readonly<Record<ProbeCase, string>> = {
  mint: 'the caller gets a token',
  'open-document': 'Document Engine opens the document with a token',
  'no-grant': 'a token for a document without a grant is refused',
  'private-layer': 'a token for the private layer of another user is refused',
  'expired-caller-token': 'a call with an expired token is refused',
  'forged-signature': 'a call with a forged or an unsigned token is refused',
  'revoked-token': 'Document Engine refuses a revoked token',
  'vouched-without-scope': 'a token for another user by a grant of the caller itself is refused',
};

/**
 * The outcome of a probe. `held`: the service did what it must. `failed`: a call that must succeed did not, or one that must be refused
 * was not. `not judged`: an outage, a missing precondition or an undocumented answer shows neither.
 */
export interface ProbeOutcome {
  readonly outcome: 'held' | 'failed' | 'not judged';
  /** The reason if it did not hold, as a sentence without its full stop. It contains no token. */
  readonly detail?: string;
}

export const held: ProbeOutcome = { outcome: 'held' };
export const failed = (detail: string): ProbeOutcome => ({ outcome: 'failed', detail });
export const notJudged = (detail: string): ProbeOutcome => ({ outcome: 'not judged', detail });
