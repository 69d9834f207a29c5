import { expect, test } from '@jest/globals';
import { readdir, readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const markdownIn = async (folder: string, recursive: boolean): Promise<string[]> =>
  (await readdir(join(ROOT, folder), { recursive }))
    .filter((file) => file.endsWith('.md'))
    .map((file) => join(folder, file));

const PAGES = [...(await markdownIn('.', false)), ...(await markdownIn('docs', true))];

/** The text of a page without its code, in which nothing is a link or a heading. */
const proseOf = async (page: string): Promise<string> =>
  (await readFile(join(ROOT, page), 'utf8'))
    .replaceAll(/^( *)```.*?^\1```$/gms, '')
    .replaceAll(/`[^`\n]*\]\([^`\n]*`/g, '');

/** The anchor that GitHub gives a heading. */
const anchorOf = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\- _]/gu, '')
    .replaceAll(' ', '-');

async function anchorsIn(page: string): Promise<string[]> {
  return Array.from((await proseOf(page)).matchAll(/^#+ (.*)$/gm), ([, heading = '']) => anchorOf(heading));
}

/** What is wrong with a link; nothing if its target is there. */
async function faultOf(page: string, link: string): Promise<string[]> {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : relative(ROOT, join(ROOT, dirname(page), path));
  if (!existsSync(join(ROOT, target))) return [`${link}: there is no ${target}`];
  if (anchor === undefined || !target.endsWith('.md')) return [];
  return (await anchorsIn(target)).includes(anchor) ? [] : [`${link}: ${target} has no such heading`];
}

test.each(PAGES)('every link of %s leads to a file and a heading that are there', async (page) => {
  const links = Array.from((await proseOf(page)).matchAll(/\]\(([^)\s]+)\)/g), ([, link = '']) => link);
  const inside = links.filter((link) => !/^[a-z]+:/.test(link));

  expect((await Promise.all(inside.map((link) => faultOf(page, link)))).flat()).toEqual([]);
});

test.each([
  'Caller',
  'User id',
  'Document',
  'Layer',
  'Role',
  'Principal',
  'Grant',
  'Holder',
  'Family',
  'Epoch',
  'Signing key',
  'Lease',
  'Checkpoint',
])('the glossary explains the term %s', async (term) => {
  expect(await anchorsIn('docs/glossary.md')).toContain(anchorOf(term));
});
