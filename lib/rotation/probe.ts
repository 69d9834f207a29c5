import { randomUUID } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { secondsOf, type Clock } from '../runtime/clock.ts';
import type { DocumentEngineClient } from '../document-engine/index.ts';
import { MINUTE, type Seconds } from '../runtime/time.ts';
import { signJwt, signingKeyOf, type KeyPair, type SigningKey } from '../signing-keys/index.ts';
import { DocumentEngineUnexpectedError } from './errors.ts';
import { generateSigningKey } from './generate.ts';

/** How long a probe is valid: longer than clocks may differ, and nobody ever holds one. */
const LIFE: Seconds = 5 * MINUTE;

/**
 * Asks Document Engine which keys it accepts, with JWTs that nobody else gets: it is to revoke them, which it does to
 * those whose signature it verifies. A control, alike but for the signature of a throwaway key, shows whether it
 * verifies at all. If it takes the control too, it is asked for the cover of the probe document instead.
 *
 * @param probeDocumentId - a document that exists; absent if the stage names none
 * @returns for each key whether Document Engine accepts its tokens
 * @throws DocumentEngineUnexpectedError if nothing can be learned; its message says what to do
 */
export async function probe(
  keys: readonly KeyPair[],
  documentEngine: DocumentEngineClient,
  clock: Clock,
  probeDocumentId?: string,
): Promise<boolean[]> {
  const [first] = keys;
  if (first === undefined) return [];
  const throwaway = (await generateSigningKey(first.alg, clock)).pair;
  // Under the `kid` of a key that may be known, so that only the signature gives it away.
  const signers = [{ ...throwaway, kid: first.kid }, ...keys].map(signingKeyOf);
  const sign = (signer: SigningKey): Promise<string> =>
    signJwt(claims(probeDocumentId ?? 'probe', secondsOf(clock) + LIFE), signer);

  const jwts = await Promise.all(signers.map(sign));
  const { data } = await documentEngine.revoke(jwts);
  const [control, ...accepted] = jwts.map((jwt) => data.includes(jwt));
  if (control === false) return accepted;
  if (probeDocumentId === undefined) {
    throw new DocumentEngineUnexpectedError(
      'Document Engine revokes JWTs without verifying them, so it cannot be seen which keys it accepts. Set the stage ' +
        'parameter "probeDocumentId" to the id of any document that it holds',
    );
  }
  // Other JWTs, as those are revoked now.
  const [takesControl, ...takes] = await Promise.all(
    signers.map(async (signer) => documentEngine.takesToken(await sign(signer), probeDocumentId)),
  );
  if (takesControl === false) return takes;
  throw new DocumentEngineUnexpectedError(
    'Document Engine shows a document to a token that a made-up key has signed: it does not verify tokens at all',
  );
}

function claims(documentId: string, exp: Seconds): JWTPayload {
  return { document_id: documentId, permissions: ['cover-image'], exp, jti: randomUUID() };
}
