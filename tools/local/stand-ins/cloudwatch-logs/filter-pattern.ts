import { wrongPattern } from './errors.ts';
import { parseJsonPattern } from './json-filter-pattern.ts';

/** Tells if a pattern matches a log line. */
export type MatchesLine = (line: string) => boolean;

/** A quoted phrase or a word, with its sign: `-` excludes it, `?` makes it one of several. */
const TERM = /([-?]?)(?:"((?:[^"\\]|\\.)*)"|([A-Za-z0-9_]+))(?=\s|$)/y;

/**
 * Reads a filter pattern (CloudWatch Logs user guide, "Filter pattern syntax"): the empty one, terms of unstructured lines, and
 * conditions on a line of JSON.
 *
 * @throws {CloudWatchLogsError} for a pattern outside of this subset. It names the position.
 */
export function parseFilterPattern(pattern: string): MatchesLine {
  const trimmed = pattern.trim();
  if (trimmed === '' || trimmed === '" "') return () => true;
  if (trimmed.startsWith('{')) return parseJsonPattern(trimmed);
  return termsOf(trimmed);
}

/** A line matches if it has every term, none of the excluded ones and, if there are optional ones alone, one of these. */
function termsOf(pattern: string): MatchesLine {
  const terms: { readonly sign: string; readonly text: string }[] = [];
  const term = new RegExp(TERM);
  for (let at = 0; at < pattern.length; at = term.lastIndex) {
    term.lastIndex = at + (/\s*/.exec(pattern.slice(at))?.[0].length ?? 0);
    const start = term.lastIndex;
    const found = term.exec(pattern);
    if (found === null) throw wrongPattern(pattern, start, 'a word of letters, digits and _, or "a phrase"');
    const [, sign = '', phrase, word = ''] = found;
    terms.push({ sign, text: phrase?.replaceAll(/\\(.)/g, '$1') ?? word });
  }
  const signed = (wanted: string): string[] =>
    terms.flatMap(({ sign, text }) => (sign === wanted ? [text] : []));
  const [required, excluded, optional] = [signed(''), signed('-'), signed('?')];
  return (line) =>
    required.every((text) => line.includes(text)) &&
    !excluded.some((text) => line.includes(text)) &&
    (optional.length === 0 || required.length > 0 || optional.some((text) => line.includes(text)));
}
