import { expect, test } from '@jest/globals';
import { runCommand } from '../support/cli/run-command.ts';

// A PATH without any command, and so without python3.
const withoutMoto = (CI: string | undefined) =>
  runCommand('tests/integration/run.ts', [], { PATH: import.meta.dirname, CI });

test('Without moto the integration tests say in one line that they were not run, and do not fail', async () => {
  const { exitCode, stdout, stderr } = await withoutMoto(undefined);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toMatch(/^moto is not installed .*: the integration tests were not run\.\n$/);
});

test('Without moto a CI run fails, and says what is missing', async () => {
  const { exitCode, stdout, stderr } = await withoutMoto('true');
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toMatch(/^moto is not installed .*: the integration tests cannot run\.\n$/);
});
