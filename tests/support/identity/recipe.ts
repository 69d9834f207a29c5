import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod';

const PAGE = new URL('../../../docs/identity-providers.md', import.meta.url);

/** Parameters of a stage, by name. */
export type Parameters = Readonly<Record<string, unknown>>;

/** Lists the headings of the providers in docs/identity-providers.md. */
export const headings = (): string[] => [...sections().keys()];

/**
 * Reads the parameters that the page shows for a provider: the first block of YAML below its heading.
 *
 * @param below - a heading within the section, whose first block is read instead
 * @throws Error if the page has no such section, or the section no such block
 */
export function recipeOf(heading: string, below?: string): Parameters {
  const section = sections().get(heading) ?? '';
  const part = below === undefined ? section : (section.split(`### ${below}\n`)[1] ?? '');
  const [, yaml] = /^```yaml\n(.*?)^```$/ms.exec(part) ?? [];
  if (yaml === undefined) throw new Error(`docs/identity-providers.md has no parameters for ${heading}`);
  return z.record(z.string(), z.unknown()).parse(parse(yaml));
}

function sections(): Map<string, string> {
  const [, ...parts] = readFileSync(PAGE, 'utf8').split(/^## /m);
  return new Map(parts.map((part) => [part.slice(0, part.indexOf('\n')), part]));
}
