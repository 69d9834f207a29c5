import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Candidate } from '../../mutation/mutant.ts';
import { WorkingCopy } from '../../mutation/working-copy.ts';

let project: string;
let copy: WorkingCopy;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'layermint-project-'));
  execFileSync('git', ['init', '--quiet'], { cwd: project });
  for (const folder of ['lib', 'node_modules/jest']) mkdirSync(join(project, folder), { recursive: true });
  writeFileSync(join(project, '.gitignore'), 'node_modules/\n*.log\n');
  writeFileSync(join(project, 'lib/a.ts'), 'export const a = true;\n');
  writeFileSync(join(project, 'gone.ts'), '');
  execFileSync('git', ['add', '.'], { cwd: project });
  rmSync(join(project, 'gone.ts'));
  writeFileSync(join(project, 'new.ts'), '');
  writeFileSync(join(project, 'some.log'), '');
  writeFileSync(join(project, 'node_modules/jest/index.js'), '');
  copy = WorkingCopy.of(project);
});

afterEach(() => {
  copy.remove();
  rmSync(project, { recursive: true });
});

const MUTANT: Candidate = {
  module: 'a',
  file: 'lib/a.ts',
  line: 1,
  lineText: 'export const a = true;',
  kind: 'boolean',
  start: 17,
  end: 21,
  code: 'true',
  becomes: 'false',
};
const source = (folder: string): string => readFileSync(join(folder, 'lib/a.ts'), 'utf8');

test('A copy has the files that git tracks or would track, and the dependencies', () => {
  const copied = [
    'lib/a.ts',
    'new.ts',
    '.gitignore',
    'node_modules/jest/index.js',
    'gone.ts',
    'some.log',
    '.git',
  ];
  expect(copied.filter((file) => existsSync(join(copy.path, file)))).toEqual(copied.slice(0, 4));
});

test('A mutant is in the copy while the tests run, and never in the project', async () => {
  await copy.during(MUTANT, () => {
    expect([source(copy.path), source(project)]).toEqual([
      'export const a = false;\n',
      'export const a = true;\n',
    ]);
    return Promise.resolve();
  });
  expect(source(copy.path)).toBe('export const a = true;\n');
});

test('A mutant is taken out of the copy if the run of the tests rejects', async () => {
  await expect(copy.during(MUTANT, () => Promise.reject(new TypeError('interrupted')))).rejects.toThrow(
    'interrupted',
  );
  expect(source(copy.path)).toBe('export const a = true;\n');
});

test('Removing a copy leaves the dependencies of the project, to which it has a link', () => {
  copy.remove();
  expect(existsSync(copy.path)).toBe(false);
  expect(existsSync(join(project, 'node_modules/jest/index.js'))).toBe(true);
});
