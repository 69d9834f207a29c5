import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileFunction } from 'node:vm';
import * as z from 'zod';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const GUARD = 'tools/require-install.cjs';

const project = mkdtempSync(join(tmpdir(), 'layermint-install-'));
afterAll(() => {
  rmSync(project, { recursive: true });
});

beforeEach(() => {
  rmSync(project, { recursive: true });
  mkdirSync(join(project, 'tools'), { recursive: true });
  copyFileSync(join(ROOT, GUARD), join(project, GUARD));
});

/** Puts empty files into the project's node_modules. */
function install(...files: string[]): void {
  for (const file of files) {
    mkdirSync(join(project, 'node_modules', file, '..'), { recursive: true });
    writeFileSync(join(project, 'node_modules', file), '');
  }
}

/**
 * Runs the guard in the project as another version of Node would. @returns its lines; none if it lets the script run
 */
function linesOn(version: string): string[] {
  let printed = '';
  let code: number | undefined;
  const node = {
    versions: { node: version },
    stderr: { write: (text: string) => (printed += text) },
    exit: (status: number) => (code = status),
  };
  const source = readFileSync(join(project, GUARD), 'utf8');
  const guard = compileFunction(source, ['require', '__dirname', 'process']);
  Reflect.apply(guard, undefined, [createRequire(import.meta.url), join(project, 'tools'), node]);
  expect(code).toBe(printed === '' ? undefined : 1);
  return printed.split('\n').slice(0, -1);
}

test('Every script of package.json loads the guard first', () => {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));
  const guarded = /^node (?:-r \.\/tools\/require-install\.cjs |tools\/require-install\.cjs && )/;
  expect(Object.entries(scripts).filter(([, command]) => !guarded.test(command))).toEqual([]);
});

describe('Before npm ci', () => {
  const line =
    'Layermint is not installed yet: run `npm ci` first. It also installs Node 24, which every script runs on.';

  test.each(['16.20.2', '20.20.2', '22.21.0', '24.21.0'])('Node %s prints one line', (version) => {
    expect(linesOn(version)).toEqual([line]);
  });

  test('an interrupted installation does not count', () => {
    install('node/package.json', 'jest/package.json');
    expect(linesOn('20.20.2')).toEqual([line]);
  });

  test('the process ends before the script begins', async () => {
    const args = ['-r', `./${GUARD}`, '-e', 'console.log("The script runs")'];
    const { error, stdout, stderr } = await new Promise<Record<'error' | 'stdout' | 'stderr', unknown>>(
      (resolve) => {
        execFile(process.execPath, args, { cwd: project }, (failure, out, err) => {
          resolve({ error: failure?.code, stdout: out, stderr: err });
        });
      },
    );
    expect({ error, stdout, stderr }).toEqual({ error: 1, stdout: '', stderr: `${line}\n` });
  });
});

test('After npm ci --omit=dev, or with NODE_ENV=production, one line asks for the development packages', () => {
  install('.package-lock.json', 'jose/package.json');
  expect(linesOn('24.21.0')).toEqual([
    'The development packages of Layermint are not installed: run `npm ci --include=dev`.',
  ]);
});

describe('After npm ci --ignore-scripts', () => {
  beforeEach(() => {
    install('.package-lock.json', 'node/package.json');
  });

  test.each(['20.20.2', '22.21.0'])('Node %s prints one line that names the missing step', (version) => {
    expect(linesOn(version)).toEqual([
      `Layermint needs Node 24, and this is Node ${version}, as npm has skipped the install scripts: run \`npm rebuild node --ignore-scripts=false\`, or put your own Node 24 on the PATH.`,
    ]);
  });

  test.each(['24.0.0', '26.1.0'])('scripts run on your own Node %s', (version) => {
    expect(linesOn(version)).toEqual([]);
  });
});
