import { toMilliseconds, type Seconds } from '../../runtime/time.ts';

/** Writes a moment in RFC 3339, in UTC: `2026-01-31T12:00:00Z`. */
export function rfc3339(moment: Seconds): string {
  return new Date(toMilliseconds(moment)).toISOString().replace('.000Z', 'Z');
}
