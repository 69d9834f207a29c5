import { readFileSync } from 'node:fs';

/** Lists the queries of Logs Insights on a page, each with the heading above it. @param page - the path of a Markdown file */
export function queriesIn(page: string): { readonly heading: string; readonly query: string }[] {
  let heading = '';
  const blocks = readFileSync(page, 'utf8').matchAll(/^#+ (.+)$|^ *```\w*\n([\s\S]*?)^ *```$/gm);
  return Array.from(blocks).flatMap(([, title, block]) => {
    if (title !== undefined) heading = title;
    const isQuery = /^ *(?:fields|filter|stats|display|parse|dedup) [\s\S]*$/.test(block ?? '');
    return isQuery ? [{ heading, query: block ?? '' }] : [];
  });
}
