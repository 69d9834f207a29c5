import type { Logger } from '../runtime/log.ts';
import type { Contribution } from './contributions/contribution.ts';
import type { DecidingGrant } from './grant.ts';

/** The part of one grant in a decision. {@link decide} itself gives it, so it never differs from the decision. */
export type Verdict = Counts | LeftOut;

/** A grant that the token is built from. After a refusal: a grant that brings some of what was asked for. */
interface Counts {
  readonly counts: true;
  /** Cut down to the permissions asked for. */
  readonly contribution: Contribution;
}

/**
 * The reason that a grant has no part in a token.
 *
 * - `expired`: it has ended.
 * - `other-layer`: it does not cover the layer.
 * - `unknown-role`: the role file does not have its role.
 * - `placeholder`: a name cannot stand in for a placeholder of its role.
 * - `not-asked-for`: it has none of the permissions asked for.
 * - `without-effect`: its permissions and its collaboration permissions together allow nothing of what is asked for.
 * - `adds-nothing`: grants that last at least as long bring everything that it brings.
 */
export const LEFT_OUT = [
  'expired',
  'other-layer',
  'unknown-role',
  'placeholder',
  'not-asked-for',
  'without-effect',
  'adds-nothing',
] as const;

/** A grant that changes nothing in the token: the token is the same without it. */
export interface LeftOut {
  readonly counts: false;
  readonly reason: (typeof LEFT_OUT)[number];
  /** A clause for operators. Present if the grant covers the layer, but its role cannot be used. */
  readonly fault?: string;
}

/**
 * Makes the warning about a document's grants whose role cannot be used. Grants of one kind of principal, role and reason share a line.
 * Otherwise a batch for a caller in many groups would write a line for each of its entries and groups. A grant that a backend vouches
 * for gets no line: the answer to the backend names its fault.
 */
export function unusableGrantWarning(
  documentId: string,
  log: Logger,
): (grant: DecidingGrant, verdict: Verdict) => void {
  const warned = new Set<string>();
  return ({ principal, role }, verdict) => {
    if (verdict.counts || verdict.fault === undefined || principal.kind === 'vouched') return;
    const { fault: reason } = verdict;
    const line = JSON.stringify([principal.kind, role, reason]);
    if (warned.has(line)) return;
    warned.add(line);
    log.warn('a grant cannot be used', { documentId, principal: principal.kind, role, reason });
  };
}
