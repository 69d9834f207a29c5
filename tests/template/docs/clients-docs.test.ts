import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { format } from '@wasm-fmt/dart_fmt/node';

const read = (page: string): string => readFileSync(page, 'utf8');

/** Reads the code blocks of a page in one language. */
const blocksIn = (page: string, language: string): string[] =>
  [...read(page).matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, code = '']) => code,
  );

/** Reads the table that tells an app how to act on a status: the advice by status. */
function adviceIn(page: string): Record<string, string> {
  const [, rows = ''] = /^\| status +\| your app should +\|\n.*\n((?:\|.*\n)+)/m.exec(read(page)) ?? [];
  return Object.fromEntries(
    rows.split('\n').flatMap((row) => {
      const [, statuses, advice] = /^\| (.*?) +\| (.*?) +\|$/.exec(row) ?? [];
      return statuses === undefined || advice === undefined ? [] : [[statuses, advice]];
    }),
  );
}

test('README.md and docs/problems.md give an app the same advice on each status', () => {
  const { 201: success, ...advice } = adviceIn('README.md');

  expect(success).toContain('`jwt`');
  expect(Object.keys(advice)).toContain('403');
  expect(advice).toEqual(adviceIn('docs/problems.md'));
});

test.each(['docs/clients.md', 'clients/typescript/README.md'])(
  '%s tells an app how to act on each error code',
  (page) => {
    const [, union = ''] =
      /^export type ErrorCode =\n(.*?);$/ms.exec(read('clients/typescript/src/errors.ts')) ?? [];
    const codes = [...union.matchAll(/^ {2}\| ('[a-z-]+')/gm)].map(([, code = '']) =>
      code.replaceAll("'", '`'),
    );
    const rows = read(page)
      .split('\n')
      .filter((line) => line.startsWith('|'));

    expect(codes).toContain('`no-access`');
    expect(codes.filter((code) => !rows.some((row) => row.includes(code)))).toEqual([]);
  },
);

test('README.md shows the same code for a web page as docs/clients/web.md', () => {
  const [readme] = blocksIn('README.md', 'ts');

  expect(readme).toContain('connectViewer(');
  expect(readme).toBe(blocksIn('docs/clients/web.md', 'ts')[0]);
});

test('the Flutter lines of README.md are Dart', () => {
  const [code = ''] = blocksIn('README.md', 'dart');

  expect(code).toContain('LayermintInstantView(');
  expect(() => format(`Widget build() {\n${code}}\n`, 'readme.dart')).not.toThrow();
});

test('docs/clients.md links every page of docs/clients', () => {
  const pages = globSync('docs/clients/*.md').map((page) => page.replace('docs/', ''));

  expect(pages.length).toBeGreaterThan(0);
  expect(pages.filter((page) => !read('docs/clients.md').includes(`(${page})`))).toEqual([]);
});

/** Removes comments and strings, so that only code is left. A string can contain `//`, and a comment an apostrophe. */
const codeOnly = (code: string): string =>
  code.replaceAll(/\/\*.*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/gs, '');

/** Lists the brackets that are not closed, or close nothing. */
function openBrackets(code: string): string[] {
  const open: string[] = [];
  for (const [bracket] of codeOnly(code).matchAll(/[()[\]{}]/g)) {
    const partner = { ')': '(', ']': '[', '}': '{' }[bracket];
    if (partner !== undefined && open.at(-1) === partner) open.pop();
    else open.push(bracket);
  }
  return open;
}

describe.each([
  { page: 'docs/clients/ios.md', language: 'swift', names: /\b(?:Instant(?!Documents)[A-Z]\w*|\w*JWT)\b/g },
  {
    page: 'docs/clients/android.md',
    language: 'kotlin',
    names: /\b(?:Instant[A-Z]\w*|\w*Jwt|[A-Z]+_[A-Z_]+)\b/g,
  },
])('$page, which no compiler reads here', ({ page, language, names }) => {
  const blocks = blocksIn(page, language);

  test('says that its code is not compiled', () => {
    expect(read(page)).toContain('**Not compiled.**');
  });

  test('closes every bracket', () => {
    expect(blocks.length).toBeGreaterThan(2);
    expect(blocks.flatMap(openBrackets)).toEqual([]);
  });

  test('names a source for each name of the SDK that its code uses', () => {
    const [, sources = ''] = read(page).split('## Names of the SDK');
    const used = new Set(blocks.flatMap((code) => codeOnly(code).match(names) ?? []));

    expect(used.size).toBeGreaterThan(4);
    expect([...used].filter((name) => !sources.includes(name))).toEqual([]);
  });
});
