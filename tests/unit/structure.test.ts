import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MAX_FILES = 15;
const MAX_LINES = 250;

/** The folders that people read to find the place for a change. */
const SOURCES = ['lib', 'tools', 'functions', 'infra', 'tests/support', 'clients/typescript/src'];

/** Names for the role of a file in its folder. */
const NAMED_BY_FOLDER = ['index.ts', 'errors.ts', 'schemas.ts', 'openapi.ts'];

/** The unit tests that mirror no file or folder of lib or tools, each with the reason. */
const NOT_MIRRORED: Readonly<Record<string, string>> = {
  'tests/unit/attacks': 'attacks are filed by the asset they go for',
  'tests/unit/structure.test.ts': 'is about all folders',
  'tests/unit/packaging': 'mirrors infra/packaging',
  'tests/unit/mutation': 'is about a command of the tests',
  'tests/unit/benchmarks': 'is about a command of the tests',
  'tests/unit/clients/scenarios.test.ts': 'plays the stories of clients/scenarios',
  'tests/unit/test-runs.test.ts': 'is about the commands that run tests',
  'tests/unit/words.test.ts': 'is about all prose',
  'tests/unit/signing-keys/signatures.test.ts': 'shows whole tokens to another implementation of JWT',
};

/** Folders of lib that are entered file by file, and have no index. */
const WITHOUT_INDEX = ['runtime', 'http', 'wiring'];

const filesIn = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length));

const sources = SOURCES.flatMap(filesIn);

function grouped(files: readonly string[], by: (file: string) => string): (readonly [string, string[]])[] {
  const groups = new Map<string, string[]>();
  for (const file of files) groups.set(by(file), [...(groups.get(by(file)) ?? []), file]);
  return [...groups];
}

/** Lists the faults that are not known exceptions, and the exceptions that are not needed. */
function differences(wrong: ReadonlyMap<string, string>, known: Readonly<Record<string, string>>): string[] {
  return [
    ...[...wrong].filter(([subject]) => !(subject in known)).map(([, words]) => words),
    ...Object.keys(known)
      .filter((subject) => !wrong.has(subject))
      .map((subject) => `${subject} is right now: remove it from the list of exceptions`),
  ];
}

/** The folders with one file for each function of the service. */
const OF_FUNCTIONS = ['functions', 'infra/functions', 'lib/wiring'];

test('No folder has too many files', () => {
  const wrong = grouped(sources, dirname)
    .filter(([folder, files]) => files.length > MAX_FILES && !OF_FUNCTIONS.includes(folder))
    .map(
      ([folder, files]) =>
        `${folder} holds ${files.length} files, of at most ${MAX_FILES}: sort some into folders`,
    );
  expect(wrong).toEqual([]);
});

test('No source file is too long', () => {
  const lines = (file: string): number => readFileSync(join(ROOT, file), 'utf8').trimEnd().split('\n').length;
  const wrong = sources
    .filter((file) => /\.(?:ts|js|yml)$/.test(file))
    .map((file) => [file, lines(file)] as const)
    .filter(([, length]) => length > MAX_LINES)
    .map(([file, length]) => `${file} has ${length} lines, of at most ${MAX_LINES}: split it by idea`);
  expect(wrong).toEqual([]);
});

test('A file name occurs once', () => {
  // A function, its wiring and its route have the name of their operation.
  const wiresFunction = (file: string): boolean =>
    dirname(file) === 'lib/wiring' && existsSync(join(ROOT, 'functions', basename(file)));
  const named = [...filesIn('lib'), ...filesIn('tools')].filter(
    (file) => !NAMED_BY_FOLDER.includes(basename(file)) && !wiresFunction(file),
  );
  const wrong = grouped(named, (file) => basename(file))
    .filter(([, files]) => files.length > 1)
    .map(([, files]) => `${files.join(' and ')} have one name: rename all but one`);
  expect(wrong).toEqual([]);
});

/** Names the folder that the unit tests of a folder mirror. */
function mirrored(folder: string): string {
  const path = folder.slice('tests/unit/'.length);
  const client = /^clients\/(?:typescript|console)(?=\/|$)/.exec(path)?.[0];
  if (client !== undefined) return path.replace(client, `${client}/src`);
  return /^(?:tools|infra)\//.test(path) ? path : join('lib', path);
}

test('A unit test has the place and the name of the file or folder that it tests', () => {
  const exceptionOf = (file: string): string =>
    Object.keys(NOT_MIRRORED).find((it) => file === it || file.startsWith(`${it}/`)) ?? file;
  const isMirrored = (file: string): boolean => {
    const folder = mirrored(dirname(file));
    if (!existsSync(join(ROOT, folder))) return false;
    const names = [
      basename(folder),
      ...readdirSync(join(ROOT, folder)).map((name) => name.replace(/\.ts$/, '')),
    ];
    const name = basename(file, '.test.ts').replace(/\.long$/, '');
    // A test can cover a part of a large file: "roles-placeholders" tests a part of roles.
    return names.some((it) => name === it || name.startsWith(`${it}-`));
  };
  const wrong = filesIn('tests/unit')
    .filter((file) => !isMirrored(file))
    .map((file) => {
      const words = `${file} is named after nothing in ${mirrored(dirname(file))}: name it "<file>" or "<file>-<part>"`;
      return [exceptionOf(file), words] as const;
    });
  expect(differences(new Map(wrong), NOT_MIRRORED)).toEqual([]);
});

test('A domain of lib has an index, and a place in the layers of the lint rules', () => {
  const layers = readFileSync(join(ROOT, 'eslint.config.js'), 'utf8');
  const domains = readdirSync(join(ROOT, 'lib'));
  const withoutIndex = domains
    .filter((domain) => !WITHOUT_INDEX.includes(domain) && !existsSync(join(ROOT, 'lib', domain, 'index.ts')))
    .map((domain) => `lib/${domain} has no index.ts: export its public members there`);
  const withoutLayer = domains
    .filter((domain) => !layers.includes(`'${domain}'`))
    .map((domain) => `lib/${domain} has no place in the LAYERS of eslint.config.js`);
  expect([...withoutIndex, ...withoutLayer]).toEqual([]);
});
