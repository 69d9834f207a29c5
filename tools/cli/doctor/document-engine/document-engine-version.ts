import { ok, warning, type Finding } from '../finding.ts';

/** The name of the check. */
export const VERSION = 'Document Engine is recent enough';

/** Judges the version in Document Engine's `Server` header, `Document Engine/x.y.z`, which it sends since 1.6. */
export function checkVersion(server: string): Finding {
  const [, version = '', ...numbers] = /^Document Engine\/((\d+)\.(\d+)(?:\.(\d+))?)/.exec(server) ?? [];
  const [major = 0, minor = 0, patch = 0] = numbers.map(Number);
  if (version === '') {
    return warning(
      VERSION,
      'its answer names no version in the Server header',
      'It is older than 1.6, or the proxy before it replaces the header. Look the version up in its dashboard; 1.9 or newer has everything that Layermint uses.',
    );
  }
  if (isBelow([major, minor, patch], [1, 6, 0])) {
    return warning(VERSION, version, 'Update it to 1.9 or newer.');
  }
  if (!isBelow([major, minor, patch], [1, 9, 0])) return ok(VERSION, version);
  const whiteSpace = isBelow([major, minor, patch], [1, 8, 2])
    ? ' It also refuses the tokens of a user whose id holds white space.'
    : '';
  return warning(
    VERSION,
    version,
    `Update it to 1.9 or newer if you use POST /v1/backend-tokens: older versions take no such token.${whiteSpace}`,
  );
}

function isBelow(version: readonly number[], other: readonly number[]): boolean {
  const at = version.findIndex((number, index) => number !== other[index]);
  return at !== -1 && (version[at] ?? 0) < (other[at] ?? 0);
}
