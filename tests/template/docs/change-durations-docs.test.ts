import { expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { DEFAULTS } from '../../../infra/stages/parameters.ts';
import { pauseAfter } from '../../../lib/revocation/due.ts';
import { DAY, HOUR, MINUTE, toSeconds, type Seconds } from '../../../lib/runtime/time.ts';
import { FRESH, LONGEST_CACHE_LIFE, STALE } from '../../../lib/signing-keys/cache.ts';
import { overlapOf } from '../../../lib/signing-keys/overlap.ts';
import { MAX_BACKEND_TOKEN_SECONDS } from '../../../lib/tokens/index.ts';

const textOf = (path: string): Promise<string> =>
  readFile(new URL(`../../../${path}`, import.meta.url), 'utf8');

const section =
  (await textOf('docs/security.md')).split(/^## /m).find((it) => it.startsWith('How long')) ?? '';

const cellsOf = (line: string): string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

/** Reads the rows of a table of the section, by its first heading. */
const rowsOf = (heading: string): string[][] => {
  const lines = section.split('\n').map(cellsOf);
  const from = lines.findIndex(([first]) => first === heading);
  const length = lines.slice(from).findIndex((cells) => cells.length === 0);
  return lines.slice(from + 2, from + length);
};

const PARTS = rowsOf('part');

const plural = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'}`;

/** Writes a duration as the page does: `25 hours 10 minutes`. */
function words(length: Seconds): string {
  const [hours, minutes, seconds] = [length / HOUR, (length % HOUR) / MINUTE, length % MINUTE].map(
    Math.floor,
  );
  return [
    ...(hours ? [plural(hours, 'hour')] : []),
    ...(minutes ? [plural(minutes, 'minute')] : []),
    ...(seconds ? [plural(seconds, 'second')] : []),
  ].join(' ');
}

/** Finds the first group of a pattern in a file of the repository. */
async function found(path: string, pattern: RegExp): Promise<string> {
  return pattern.exec(await textOf(path))?.[1] ?? `nothing like ${String(pattern)} in ${path}`;
}

const defaultOf = (parameter: string): Seconds => Number(DEFAULTS[parameter]);

const LONGEST_LIFE = defaultOf('maxTtlSeconds');
const ISSUER_KEYS: Seconds = 2 * HOUR;

test('the documented parts of the duration of a change match the code', async () => {
  const maxAge = await found('lib/http/routes/keys/get-keys.ts', /max-age=(\d+)/);
  const staleIfError = await found('lib/http/routes/keys/get-keys.ts', /stale-if-error=(\d+)/);
  const timeout = await found('infra/functions/mint-token.yml', /timeout: (\d+)/);

  expect(Object.fromEntries(PARTS.map(([part, length]) => [part, length]))).toEqual({
    'usual token life': words(defaultOf('defaultTtlSeconds')),
    'longest token life': words(LONGEST_LIFE),
    'backend token life': words(MAX_BACKEND_TOKEN_SECONDS),
    'caller token life': '–',
    'issuer key cache': words(ISSUER_KEYS),
    'key cache, fresh': words(toSeconds(FRESH)),
    'key cache, stale': words(toSeconds(STALE)),
    'clock margin': words(overlapOf(0) - toSeconds(LONGEST_CACHE_LIFE)),
    // tests/unit/document-engine/api-token.test.ts checks the minute.
    'API token cache': words(MINUTE),
    'published key cache, fresh': words(Number(maxAge)),
    'published key cache, stale': words(Number(staleIfError)),
    'sweep interval': await found('infra/functions/sweep-revocations.yml', /rate\((.*?)\)/),
    'longest retry pause': words(toSeconds(pauseAfter(0, DAY * 1000))),
    'mint request': words(Number(timeout)),
  });
});

test('each part names the constant or parameter that sets it', async () => {
  for (const [part, , , setIn = ''] of PARTS) {
    const [, parameter] = /stage parameter `(\w+)`/.exec(setIn) ?? [];
    const [, constant = '', path] = /(?:`(\w+)` in )?((?:lib|infra)\/\S+)/.exec(setIn) ?? [];
    if (parameter !== undefined)
      expect([part, Object.keys(DEFAULTS)]).toEqual([part, expect.arrayContaining([parameter])]);
    if (path !== undefined)
      expect([part, await textOf(path)]).toEqual([part, expect.stringContaining(constant)]);
  }
});

test.each([
  ['the signing key is replaced (rotation)', words(toSeconds(LONGEST_CACHE_LIFE))],
  ['the signing key is replaced (rotation)', words(overlapOf(LONGEST_LIFE))],
  ['a leaked signing key is ended (emergency)', words(HOUR + MINUTE)],
  ['the issuer removes a key', words(ISSUER_KEYS + LONGEST_LIFE)],
  ['a user is removed, or leaves a group, at the identity provider', words(LONGEST_LIFE)],
])('%s: this takes effect after %s at most', (change, sum) => {
  const row = rowsOf('change').find(([first]) => first === change);

  expect(row?.[2]).toContain(sum);
});
