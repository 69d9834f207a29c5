import type { JWK } from 'jose';
import {
  keyFor,
  readKeySet,
  TokenRefusedError,
  verifyCallerToken,
  type CallerAlgorithm,
  type RefusalReason,
} from '../../../../lib/issuers/index.ts';
import { systemClock } from '../../../../lib/runtime/clock.ts';
import type { CheckedIssuer } from '../discovery/checked-issuer.ts';
import { failed, notChecked, ok, type Finding } from '../finding.ts';

const CHECK = 'the authorizer of the stage accepts the caller token';

/** The cures for the refusals that no other check explains. */
const CURES: Partial<Record<RefusalReason, string>> = {
  'header-not-allowed':
    'Let the issuer sign an access token or an ID token. Its header must have no "crit" and no "b64", and its "typ" must be JWT, at+jwt or absent. A logout token is neither.',
  'too-long': 'API Gateway takes 10,240 bytes of headers. Let the issuer put fewer claims into the token.',
};

/**
 * Lets the code of the function `authorizeCaller` decide about a token.
 *
 * @param keys - of the token's issuer; undefined if they could not be read
 */
export async function checkAuthorizer(
  token: string,
  issuers: readonly CheckedIssuer[],
  keys: readonly JWK[] | undefined,
): Promise<Finding> {
  if (keys === undefined) return notChecked(CHECK, 'the keys of its issuer could not be read');
  const set = readKeySet({ keys });
  const trusted = issuers.map(({ name = '', algorithms, ...issuer }) => ({
    ...issuer,
    name,
    algorithms: algorithms as readonly CallerAlgorithm[],
    keys: {
      keyFor: (kid: string, algorithm: CallerAlgorithm) => {
        const key = keyFor(set, kid, algorithm);
        return key ? Promise.resolve(key) : Promise.reject(new TokenRefusedError('unknown-key', name));
      },
    },
  }));
  try {
    await verifyCallerToken(token, trusted, systemClock);
    return ok(CHECK);
  } catch (error) {
    if (!(error instanceof TokenRefusedError)) throw error;
    const { reason } = error;
    return failed(
      CHECK,
      `it answers 401 (${reason})`,
      CURES[reason] ?? 'The failed checks of the token name the cure.',
    );
  }
}
