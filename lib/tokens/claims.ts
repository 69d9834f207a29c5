import { DEFAULT_LAYER, type Permission } from '../document-engine/index.ts';
import type { Subject } from '../identity/index.ts';
import type { Seconds } from '../runtime/time.ts';
import type { Permit } from './ruling.ts';

/** The claims of a client token ("JwtFrontend v1"), by Document Engine's names (guide "Client authentication"). */
export interface ClientTokenClaims {
  readonly document_id: string;
  readonly permissions: readonly Permission[];
  /** Absent = the default layer. */
  readonly layer?: string;
  readonly user_id: string;
  readonly default_group?: string;
  /** Absent = everything that the permissions allow. */
  readonly collaboration_permissions?: readonly string[];
  readonly creator_name?: string;
  /** Since the Unix epoch. */
  readonly iat: Seconds;
  /** Since the Unix epoch. */
  readonly exp: Seconds;
  readonly jti: string;
}

/**
 * Makes the claims of a token that opens one layer of one document for one person, from the decision. There is no `nbf`: Document
 * Engine would refuse a good token if its clock is a little behind.
 *
 * @param family - see `familyId`
 */
export function clientTokenClaims(
  documentId: string,
  subject: Subject,
  permit: Permit,
  family: string,
): ClientTokenClaims {
  const { layer, permissions, collaborationPermissions, defaultGroup, issuedAt, expiresAt } = permit;
  return {
    document_id: documentId,
    ...(layer !== DEFAULT_LAYER && { layer }),
    permissions,
    ...(collaborationPermissions && { collaboration_permissions: collaborationPermissions }),
    user_id: subject.userId,
    ...(subject.name !== undefined && { creator_name: subject.name }),
    ...(defaultGroup !== undefined && { default_group: defaultGroup }),
    iat: issuedAt,
    exp: expiresAt,
    jti: family,
  };
}
