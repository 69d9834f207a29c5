import type { Clock } from '../../../../lib/runtime/clock.ts';
import {
  clientClaims,
  invalidClaim,
  parseClaims,
  revocableClaims,
  timeProblem,
  type ClientClaims,
} from './token-claims.ts';
import type { JwtSecrets } from './jwt-secrets.ts';
import type { Algorithm, UndocumentedBehaviour } from './options.ts';
import type { Revocations } from './revocations.ts';
import { decode, verifySignature } from './token-signature.ts';

/** Document Engine's verdict on a client token. A refusal has the status and text of its answer. */
export type Verification =
  | {
      readonly accepted: true;
      readonly claims: ClientClaims;
      /** The id of the secret that verified the signature. */
      readonly secretId: number;
    }
  | { readonly accepted: false; readonly status: 401 | 403; readonly message: string };

/** The reason for the token that a fault makes Document Engine refuse. A call with it is answered with 400. */
export const REFUSED = 'The token cannot be revoked';

/** Everything that decides about a token. */
export interface TokenRules {
  readonly algorithm: Algorithm;
  readonly secrets: JwtSecrets;
  readonly revocations: Revocations;
  readonly clock: Clock;
  readonly behaviour: UndocumentedBehaviour;
}

/** Verifies a client token in full: signature, claims, times, revocation. */
export function verifyClientToken(token: string | undefined, rules: TokenRules): Verification {
  if (token === undefined || token === '')
    return { accepted: false, status: 401, message: 'The request carries no JWT' };
  const signed = verifySignature(token, rules.algorithm, rules.secrets);
  if ('problem' in signed) return refused(signed.problem);
  const parsed = parseClaims(clientClaims, signed.payload);
  if ('problem' in parsed) return refused(parsed.problem);
  const { claims } = parsed;
  const late = timeProblem(claims, rules.clock.now(), rules.behaviour.leewaySeconds);
  if (late !== undefined) return refused(late);
  if (claims.jti !== undefined && rules.revocations.has(claims.jti))
    return refused(invalidClaim('jti', 'The token was revoked'));
  return { accepted: true, claims, secretId: signed.secretId };
}

/**
 * Revokes the `jti` of a JWT, which need not be a client token.
 *
 * @returns the reason if it could not be revoked; undefined if it was
 */
export function revokeToken(token: string, rules: TokenRules): string | undefined {
  const { revocationVerifies, leewaySeconds } = rules.behaviour;
  const signed = revocationVerifies
    ? verifySignature(token, rules.algorithm, rules.secrets)
    : { payload: decode(token)?.payload };
  if ('problem' in signed) return signed.problem;
  const parsed = parseClaims(revocableClaims, signed.payload);
  if ('problem' in parsed) return parsed.problem;
  const late = revocationVerifies ? timeProblem(parsed.claims, rules.clock.now(), leewaySeconds) : undefined;
  if (late !== undefined) return late;
  if (rules.revocations.refuses(parsed.claims.jti)) return REFUSED;
  rules.revocations.add(parsed.claims.jti, parsed.claims.exp);
  return undefined;
}

function refused(message: string): Verification {
  return { accepted: false, status: 403, message };
}
