import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { ALARMS, runbookOf } from '../../../infra/stack/alarms/index.ts';

const FOLDER = 'docs/runbooks';

/** The pages of alarms and of complaints, without the index. */
const PAGES = readdirSync(FOLDER).filter((name) => name !== 'README.md');

const textOf = (page: string): string => readFileSync(`${FOLDER}/${page}`, 'utf8');

/** The parts of the index, by their headings. */
const INDEX = Object.fromEntries(
  textOf('README.md')
    .split('\n## ')
    .map((part) => [part.split('\n')[0] ?? '', part]),
);

const namesIn = (part: string): string[] =>
  Array.from((INDEX[part] ?? '').matchAll(/\]\(([a-z0-9-]+)\.md\)/g), ([, name = '']) => name);

const namesOf = (kind: 'page' | 'ticket'): string[] =>
  Object.entries(ALARMS).flatMap(([name, alarm]) => (alarm.kind === kind ? [name] : []));

test('each alarm has a page, and each page an alarm or the words of a user', () => {
  const expected = Object.keys(ALARMS).map((name) => runbookOf(name).slice(FOLDER.length + 1));
  expect(PAGES.filter((name) => !name.startsWith('user-')).sort()).toEqual(expected.sort());
});

test('the index lists every page, by how urgent it is', () => {
  expect(namesIn('Act now').sort()).toEqual(namesOf('page').sort());
  expect(namesIn('Look at it tomorrow').sort()).toEqual(namesOf('ticket').sort());
  const complaints = PAGES.filter((name) => name.startsWith('user-')).map((name) => name.slice(0, -3));
  expect(namesIn('A user says').sort()).toEqual(complaints.sort());
});

test('the index says of each alarm what its message says', () => {
  const index = textOf('README.md').replaceAll(/\s+/g, ' ');
  const missing = Object.entries(ALARMS).filter(
    ([name, { says }]) => !index.includes(`(${name}.md) | ${says}`),
  );
  expect(missing).toEqual([]);
});

test.each(PAGES)('%s has a first command, a table of its output, and the sign that it is over', (page) => {
  const parts = textOf(page).split('\n## ');
  const [symptom = '', first = ''] = parts;
  const kind = ALARMS[page.slice(0, -3)]?.kind;
  if (kind !== undefined) expect(symptom).toContain(kind === 'page' ? '**Page.**' : '**Ticket.**');
  expect(first).toMatch(/^First command\n\n```sh\n(?:npm run|aws|LOGS=|GROUP=|QUEUE=)/);
  expect(first).toMatch(/\n\| [^\n]+ \|\n\| -[-| ]+\|\n\| /);
  expect(parts.some((part) => part.startsWith('It is over\n'))).toBe(true);
  expect(parts.some((part) => part.startsWith('Rehearse it\n'))).toBe(true);
});

test.each(PAGES)('%s fits on one page', (page) => {
  expect(textOf(page).trimEnd().split('\n').length).toBeLessThanOrEqual(60);
});
