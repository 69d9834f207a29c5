import { DEFAULT_LAYER, type Permission } from '../document-engine/index.ts';
import { type Allowed } from '../grants/index.ts';
import { type Subject } from '../identity/index.ts';

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
  /** Unix seconds. */
  readonly iat: number;
  /** Unix seconds. */
  readonly exp: number;
  readonly jti: string;
}

/**
 * The claims of a token that opens one layer of one document for one person, as decided. There is no `nbf`: clocks of
 * different services would make it fail for nothing.
 *
 * @param issuedAt - Unix seconds
 * @param family - see `familyId`
 */
export function clientTokenClaims(
  documentId: string,
  layer: string,
  subject: Subject,
  allowed: Allowed,
  issuedAt: number,
  family: string,
): ClientTokenClaims {
  return {
    document_id: documentId,
    ...(layer !== DEFAULT_LAYER && { layer }),
    permissions: allowed.permissions,
    ...(allowed.collaborationPermissions && { collaboration_permissions: allowed.collaborationPermissions }),
    user_id: subject.userId,
    ...(subject.name !== undefined && { creator_name: subject.name }),
    ...(allowed.defaultGroup !== undefined && { default_group: allowed.defaultGroup }),
    iat: issuedAt,
    exp: allowed.expiresAt,
    jti: family,
  };
}
