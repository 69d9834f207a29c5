import { globSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { replacePart, type Markers } from '../../../tools/generate/marked-part.ts';
import { asMarkdown, draw, plotFile, plotsOf } from './markdown.ts';
import type { Report } from './report.ts';

/** The root of the repository. */
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The page of the results, from the root of the repository. */
export const PAGE = 'docs/performance.md';

/** Makes the markers of a command's part of the page. @param name - of the subject, or of the budgets */
export function markersOf(name: string): Markers {
  const command = name === BUDGETS ? 'npm run bench' : `npm run bench -- ${name}`;
  return { begin: `<!-- ${command} -->`, end: `<!-- end of ${command} -->` };
}

/** The name for the table of the budgets, which `npm run bench` prints without a subject. */
export const BUDGETS = 'budgets';

/**
 * Checks that the page has a part for a subject. A measurement takes minutes, so check before it.
 *
 * @param root - the root of the repository
 * @throws Error if the page lacks one of the markers
 */
export async function assertPart(name: string, root = ROOT): Promise<void> {
  await pageWith(name, '', root);
}

/**
 * Writes a report into its part of the page, and its plots beside the page. Former plots of the subject are removed.
 *
 * @param root - the root of the repository
 * @returns the written files, from the root
 * @throws Error if the page lacks one of the markers, RangeError if a table or a plot cannot be drawn; nothing is written
 * then
 */
export async function writeReport(
  name: string,
  report: Report,
  circumstances: string,
  root = ROOT,
): Promise<string[]> {
  const plots = plotsOf(report).map((plot) => [plotFile(name, plot), draw(plot)] as const);
  const page = await pageWith(name, asMarkdown(name, report, circumstances), root);
  for (const former of globSync(`docs/performance/${name}-*.svg`, { cwd: root }))
    await rm(join(root, former));
  const files = [[PAGE, await formatted(page)] as const, ...plots];
  for (const [file, content] of files) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), content);
  }
  return files.map(([file]) => file);
}

async function pageWith(name: string, content: string, root: string): Promise<string> {
  const page = await readFile(join(root, PAGE), 'utf8');
  return replacePart(page, markersOf(name), content);
}

/** Formats Markdown as the repository has it. */
export async function formatted(markdown: string): Promise<string> {
  return format(markdown, { ...(await resolveConfig(join(ROOT, PAGE))), parser: 'markdown' });
}
