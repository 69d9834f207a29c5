import { randomUUID } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { secondsOf, type Clock } from '../runtime/clock.ts';
import type { DocumentEngineClient } from '../document-engine/index.ts';
import { MINUTE, type Seconds } from '../runtime/time.ts';
import { signJwt, signingKeyOf, type KeyPair, type SigningKey } from '../signing-keys/index.ts';
import { DocumentEngineUnexpectedError } from './errors.ts';
import { generateSigningKey } from './generate.ts';

/** The life of a probe: longer than clocks may differ. No client ever receives one. */
const LIFE: Seconds = 5 * MINUTE;

/**
 * Asks Document Engine which keys it accepts. It is told to revoke one JWT of each key, and revokes those with a signature
 * that it verifies. A control JWT of the same form, signed with a throwaway key, shows if it verifies signatures at all.
 * If it revokes the control too, the probe asks for the cover of the probe document instead. No client receives these JWTs.
 *
 * @param probeDocumentId - a document that exists; absent if the stage names none
 * @returns for each key, true if Document Engine accepts its tokens
 * @throws DocumentEngineUnexpectedError if the answers prove nothing. The message names the cure
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
  // The control carries the `kid` of a key that may be known, so that it differs in the signature alone.
  const signers = [{ ...throwaway, kid: first.kid }, ...keys].map(signingKeyOf);
  const sign = (signer: SigningKey): Promise<string> =>
    signJwt(claims(probeDocumentId ?? 'probe', secondsOf(clock) + LIFE), signer);

  const jwts = await Promise.all(signers.map(sign));
  const { data } = await documentEngine.revoke(jwts);
  const [control, ...accepted] = jwts.map((jwt) => data.includes(jwt));
  if (control === false) return accepted;
  if (probeDocumentId === undefined) {
    throw new DocumentEngineUnexpectedError(
      'Document Engine revokes JWTs without verifying them, so a probe cannot show which keys it accepts. Set the stage ' +
        'parameter "probeDocumentId" to the id of any document that it holds',
    );
  }
  // New JWTs, because the first ones are revoked now.
  const [takesControl, ...takes] = await Promise.all(
    signers.map(async (signer) => documentEngine.takesToken(await sign(signer), probeDocumentId)),
  );
  if (takesControl === false) return takes;
  throw new DocumentEngineUnexpectedError(
    'Document Engine opens a document for a token that a throwaway key has signed: it does not verify tokens at all',
  );
}

function claims(documentId: string, exp: Seconds): JWTPayload {
  return { document_id: documentId, permissions: ['cover-image'], exp, jti: randomUUID() };
}
