import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { assertPart, BUDGETS } from '../../benchmarks/reporting/page.ts';
import { SUBJECTS } from '../../benchmarks/subjects.ts';

async function bench(...args: readonly string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, ['tests/benchmarks/run.ts', ...args]);
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code: child.exitCode, out, err };
}

test('npm run bench -- --help lists every subject, and measures nothing', async () => {
  const { code, out } = await bench('--help');
  expect(code).toBe(0);
  for (const { name, does } of SUBJECTS) expect(out).toMatch(new RegExp(`^  ${name} +${does}$`, 'm'));
});

test('An unknown subject is a wrong call, and the message names the right ones', async () => {
  const { code, err } = await bench('weather');
  const names = SUBJECTS.map(({ name }) => name).join(', ');
  expect([code, err]).toEqual([2, `There is no subject "weather". The subjects are ${names}.\n`]);
});

test('A second subject is a wrong call', async () => {
  const [{ name } = { name: '' }] = SUBJECTS;
  expect(await bench(name, 'more')).toMatchObject({
    code: 2,
    err: 'Unexpected argument "more" (see --help).\n',
  });
});

test('An option of a subject is refused with another one and without one', async () => {
  const err = '--profile is an option of another subject (see --help).\n';
  expect(await bench('--profile')).toMatchObject({ code: 2, err });
});

test('A part of a subject is not written into the page, which shows the whole', async () => {
  expect(await bench('cold', '--write', '--profile')).toMatchObject({
    code: 2,
    err: '--write and --profile do not go together (see --help).\n',
  });
});

test('An unknown function is a wrong call, and the message names the one that was meant', async () => {
  expect(await bench('cold', '--function', 'mintTokn')).toMatchObject({
    code: 2,
    err: 'There is no function "mintTokn". Did you mean "mintToken"?\n',
  });
});

test('docs/performance.md has a part for the budgets and for each subject', async () => {
  for (const name of [BUDGETS, ...SUBJECTS.map((it) => it.name)])
    await expect(assertPart(name)).resolves.toBeUndefined();
});
