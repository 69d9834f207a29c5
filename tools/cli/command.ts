/** The command was called in a way that cannot work; the message says what would. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Runs a command's main function and turns what it throws into a line on standard error and an exit code: 2 when it was called
 * wrongly, 1 when it failed.
 *
 * @param run - returns the exit code
 */
export async function runCommand(run: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await run();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    console.error(error.message);
    process.exitCode = error instanceof UsageError || isArgumentError(error) ? 2 : 1;
  }
}

/** What node:util's parseArgs throws. */
const isArgumentError = (error: Error): boolean =>
  'code' in error && typeof error.code === 'string' && error.code.startsWith('ERR_PARSE_ARGS');
