import {
  decide,
  VOUCHED,
  type Allowed,
  type Policy,
  type Question,
  type Refused,
  type VouchedGrant,
} from '../grants/index.ts';

/** A refusal, because the grant that a backend vouches for does not open the layer. */
export interface VouchedGrantRefused {
  readonly outcome: 'refused';
  readonly reason: 'vouched-grant-opens-nothing';
  /** The reason that its role cannot be used for this user; absent if it does not cover the layer. */
  readonly fault?: string;
}

/**
 * Decides a request from the one grant that a backend vouches for, by the rules for all other grants. It is the user's grant, so
 * a role with `{group}` cannot be used. The user's grants in the table take no part.
 */
export function decideVouched(
  question: Question,
  grant: VouchedGrant,
  policy: Policy,
): Allowed | Refused | VouchedGrantRefused {
  let fault: string | undefined;
  const onVerdict: Policy['onVerdict'] = (vouched, verdict) => {
    if (!verdict.counts) fault = verdict.fault;
    policy.onVerdict?.(vouched, verdict);
  };
  const decision = decide(question, [{ principal: VOUCHED, ...grant }], { ...policy, onVerdict });
  if (decision.outcome === 'allowed' || decision.reason !== 'no-grant') return decision;
  return {
    outcome: 'refused',
    reason: 'vouched-grant-opens-nothing',
    ...(fault !== undefined && { fault }),
  };
}
