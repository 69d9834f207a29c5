import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';

const PAGES = globSync(['*.md', 'docs/**/*.md', 'examples/**/*.md', 'tests/*.md', 'clients/**/*.md']);

/** Reads a page without its code, which has no links. */
const proseOf = (page: string): string => readFileSync(page, 'utf8').replaceAll(/^( *)```.*?^\1```$/gms, '');

/** Lists the anchors that GitHub gives to the headings of a page. */
function anchorsOf(page: string): string[] {
  return [...proseOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Explains why a link leads nowhere; empty if it is right. */
function faultOf(page: string, link: string): string[] {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  if (!existsSync(target)) return [`${page} links to ${link}: there is no such file`];
  if (anchor === undefined || !statSync(target).isFile()) return [];
  return anchorsOf(target).includes(anchor) ? [] : [`${page} links to ${link}: there is no such heading`];
}

test.each(PAGES)('every link of %s within the project leads somewhere', (page) => {
  const links = [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  expect(links.filter((link) => !URL.canParse(link)).flatMap((link) => faultOf(page, link))).toEqual([]);
});
