import { claimIn, type ClaimName, type Claims } from './named-claim.ts';

/**
 * Reads the scopes of a token from several claims. A string separates them by spaces (RFC 8693 section 4.2); in a list of strings, each
 * element is one scope. A claim of another shape gives none.
 */
export function scopesIn(claims: Claims, names: readonly ClaimName[]): readonly string[] {
  return names.flatMap((name) => wordsIn(claimIn(claims, name)));
}

function wordsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.split(' ').filter((word) => word !== '');
  return Array.isArray(value) && value.every((element) => typeof element === 'string') ? value : [];
}
