import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** The exit code and the output of a command. */
export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a TypeScript file as a user would, with the Node that runs the tests.
 *
 * @param file - path from the project's root
 * @param environment - variables on top of the tests' own; `undefined` removes one
 * @param input - its standard input
 */
export async function runCommand(
  file: string,
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = {},
  input = '',
): Promise<CommandResult> {
  const command = spawn(process.execPath, [file, ...args], {
    env: { ...process.env, ...environment },
    stdio: 'pipe',
  });
  command.stdin.end(input);
  const [stdout, stderr] = await Promise.all([
    text(command.stdout),
    text(command.stderr),
    once(command, 'close'),
  ]);
  return { exitCode: command.exitCode ?? -1, stdout, stderr };
}
