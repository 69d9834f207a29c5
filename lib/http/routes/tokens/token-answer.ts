import * as z from 'zod/mini';
import { PERMISSIONS } from '../../../document-engine/index.ts';
import type { MintedToken } from '../../../tokens/index.ts';
import { rfc3339 } from '../../messages/rfc3339.ts';

/** A minted token in an answer. Times are in RFC 3339; the URLs are for the client SDKs. */
export const TokenAnswer = z.strictObject({
  jwt: z.string(),
  documentId: z.string(),
  /** `""` is the default layer. */
  layer: z.string(),
  userId: z.string(),
  permissions: z.array(z.enum(PERMISSIONS)),
  issuedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  /** The time to ask for the next one: at random between 70 and 85 % of the life. */
  refreshAt: z.iso.datetime(),
  /** Document Engine's base URL, which the iOS, Android and Web SDKs take. */
  serverUrl: z.string(),
  /** The document's URL: the longer form that Nutrient's guide shows for the Flutter SDK. */
  documentUrl: z.string(),
});

/**
 * Writes a token as {@link TokenAnswer}.
 *
 * @param serverUrl - Document Engine's base URL, without a slash at its end
 */
export function tokenAnswer(token: MintedToken, serverUrl: string): z.output<typeof TokenAnswer> {
  return {
    jwt: token.jwt,
    documentId: token.documentId,
    layer: token.layer,
    userId: token.userId,
    permissions: [...token.permissions],
    issuedAt: rfc3339(token.issuedAt),
    expiresAt: rfc3339(token.expiresAt),
    refreshAt: rfc3339(token.refreshAt),
    serverUrl,
    documentUrl: `${serverUrl}/api/1/documents/${token.documentId}`,
  };
}
