import { appendFileSync, mkdirSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The value of `--log` that means the terminal. */
export const TERMINAL = '-';

/** The project's cache. Git ignores it, and the stack writes there anyway. */
const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/layermint/', import.meta.url));

/** The log cannot be opened. The message names the file and the reason. */
export class LogFileError extends Error {
  override readonly name = 'LogFileError';
}

/**
 * Chooses the log's file. Without `--log` it is named after the port, so that two stacks do not share one.
 *
 * @param asked - the value of `--log`; relative to the directory in which the user typed `npm start`, which npm leaves
 * @param port - of the API; the process id replaces 0, which is not the final port
 * @returns an absolute path
 */
export function logFilePath(asked: string | undefined, port: number): string {
  if (asked === undefined) return resolve(CACHE, `start-${port === 0 ? `process-${process.pid}` : port}.log`);
  const { npm_lifecycle_event: script, INIT_CWD: typedIn } = process.env;
  return resolve((script === 'start' ? typedIn : undefined) ?? '', asked);
}

/**
 * Opens the log's file, and empties it: a stack that runs for long has one start's lines in it, about one a request and a minute.
 * A new file is readable by its owner only.
 *
 * @param path - absolute
 * @param onFailure - called with one line, once, if the file can no longer be written (such as on a full disk); later lines are lost
 * @returns writes to the file at once, so that nothing is lost when the process ends
 * @throws {LogFileError}
 */
export function openLogFile(path: string, onFailure: (message: string) => void): (text: string) => void {
  const file = open(path);
  let failed = false;
  return (text) => {
    if (failed) return;
    try {
      appendFileSync(file, text);
    } catch (error) {
      failed = true;
      onFailure(`The log ends here, as ${path} can no longer be written: ${reasonOf(error)}`);
    }
  };
}

function open(path: string): number {
  try {
    if (path.startsWith(CACHE)) mkdirSync(dirname(path), { recursive: true });
    return openSync(path, 'w', 0o600);
  } catch (error) {
    throw new LogFileError(`The log cannot be written to ${path}: ${reasonOf(error)}`, { cause: error });
  }
}

const reasonOf = (error: unknown): string => String(error).replace(/^Error: /, '');
