import { parseArgs } from 'node:util';
import { LOG_LEVELS, type LogLevel } from '../../../lib/runtime/log.ts';

/** What `npm start` was asked for. */
export interface StartOptions {
  readonly help: boolean;
  readonly json: boolean;
  /** 0 picks a free one. */
  readonly port: number;
  readonly logLevel: LogLevel;
}

/** The command line is wrong; the message says how. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The API's port unless another is asked for, so that bookmarks and clients keep working. */
export const DEFAULT_PORT = 4747;

/** What `--help` prints. */
export const HELP = `Usage: npm start [--silent] -- [options]

Runs the whole service on this machine, with demo users and documents, until Ctrl-C.

Options:
  --port N           Port of the API on 127.0.0.1; 0 picks a free one (default: ${DEFAULT_PORT})
  --json             Print one line of JSON when ready and nothing else; the log goes to standard error. (npm prints
                     lines of its own before, unless it is told --silent.)
  --log-level LEVEL  ${LOG_LEVELS.join(', ')} (default: info)
  --help             Print this
`;

/**
 * @param args - what follows the script's name
 * @throws {UsageError}
 */
export function parseCommandLine(args: readonly string[]): StartOptions {
  const { port, help, json, 'log-level': logLevel } = parse(args);
  const level = LOG_LEVELS.find((it) => it === logLevel);
  if (level === undefined) {
    throw new UsageError(`--log-level must be one of ${LOG_LEVELS.join(', ')}, not "${logLevel}"`);
  }
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new UsageError(`--port must be a port number from 0 to 65535, not "${port}"`);
  }
  return { help, json, port: Number(port), logLevel: level };
}

function parse(
  args: readonly string[],
): Record<'port' | 'log-level', string> & Record<'help' | 'json', boolean> {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        json: { type: 'boolean', default: false },
        port: { type: 'string', default: String(DEFAULT_PORT) },
        'log-level': { type: 'string', default: 'info' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
