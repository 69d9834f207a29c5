import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { tmpdir } from 'node:os';
import { runInNewContext } from 'node:vm';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bundleMarked, MARK, type MarkedBundle } from '../../../../benchmarks/cold/profile/marked-bundle.ts';
import { originsIn } from '../../../../benchmarks/cold/profile/origin.ts';

let directory: string;
let bundle: MarkedBundle;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'layermint-marked-'));
  const files = {
    'used.ts':
      'export const table = Object.freeze({ day: 24 });\n\nexport function hoursOf(days: number) {\n  return days * table.day;\n}\n',
    'entry.ts':
      "import { hoursOf } from './used.ts';\nimport old from './old.cjs';\nexport const handler = () => hoursOf(old.days);\n",
    'old.cjs': "'use strict';\nmodule.exports = { days: 2 };\n",
  };
  for (const [file, code] of Object.entries(files)) await writeFile(join(directory, file), code);
  bundle = await bundleMarked(join(directory, 'entry.ts'), join(directory, 'bundle.cjs'));
});

afterAll(() => rm(directory, { recursive: true }));

/** Runs the bundle. @returns its handler, and the files of the modules in the order of their marks */
async function run(): Promise<{ handler: () => unknown; marked: string[] }> {
  const module = { exports: {} as { handler: () => unknown } };
  const numbers: number[] = [];
  runInNewContext(await readFile(bundle.path, 'utf8'), {
    module,
    [MARK]: (number: number) => numbers.push(number),
  });
  const marked = numbers.map((number) => basename(bundle.modules[number] ?? ''));
  return { handler: module.exports.handler, marked };
}

test('Each ES module tells when its evaluation begins, the imported ones first', async () => {
  expect((await run()).marked).toEqual(['used.ts', 'entry.ts']);
});

test('A marked bundle works as the deployed one does', async () => {
  expect((await run()).handler()).toBe(48);
});

test('A CommonJS module has no mark, which would end its strict mode', () => {
  expect(bundle.modules.map((path) => basename(path))).not.toContain('old.cjs');
});

test('Its map leads from the minified function to the name and the line of the source', async () => {
  const code = (await readFile(bundle.path, 'utf8')).split('\n');
  const lineNumber = code.findIndex((line) => line.includes('.day'));
  const line = code[lineNumber] ?? '';
  const [, minified = ''] = /function (\w+)\(\w+\)\{return \w+\*\w+\.day\}/.exec(line) ?? [];
  const columnNumber = line.indexOf(`function ${minified}(`) + `function ${minified}`.length;
  const origin = originsIn(bundle)({
    functionName: minified,
    url: `file://${bundle.path}`,
    lineNumber,
    columnNumber,
  });
  expect(origin?.name).toBe('hoursOf:3');
  expect(basename(origin?.module ?? '')).toBe('used.ts');
});
