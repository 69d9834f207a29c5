/** RFC 3339 in UTC, of Unix seconds: `2026-01-31T12:00:00Z`. */
export function rfc3339(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
