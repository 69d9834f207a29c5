import * as z from 'zod';
import { LOG_LEVELS, type LogLevel } from '../../../lib/runtime/log.ts';
import { ofTrustedIssuers } from '../../../lib/wiring/parts/issuers.ts';
import { assertNoMore, readArguments } from '../../cli/arguments.ts';
import { UsageError } from '../../cli/errors.ts';
import {
  chosenEngine,
  ENGINE_HELP,
  ENGINE_OPTIONS,
  type ChosenEngine,
} from '../real-document-engine/engine-options.ts';
import { TERMINAL } from './log-file.ts';
import { networkAddressOf, type Interfaces } from './network.ts';
import { PORTS } from './places.ts';
import { fromJson } from '../../cli/from-json.ts';

/** The options of `npm start`. */
export interface StartOptions {
  readonly json: boolean;
  /** The API's; the issuer and Document Engine have the next two. 0 picks free ones. */
  readonly port: number;
  /** An IPv4 address of this machine, at which phones in the network reach the stack too. */
  readonly network: string | undefined;
  /** A file as the user typed it, or `-` for the terminal; undefined is the default file. */
  readonly log: string | undefined;
  readonly logLevel: LogLevel;
  /** Issuers besides the stack's own; undefined: the API verifies all caller tokens itself. */
  readonly issuers: readonly object[] | undefined;
  /** Undefined: the stand-in. */
  readonly documentEngine: ChosenEngine | undefined;
}

/** The API's port without `--port`: always the same, so that bookmarks and clients keep working. */
export const DEFAULT_PORT = 4747;

const LAST_PORT = 65_535 - (PORTS - 1);

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean', default: false },
  port: { type: 'string', default: String(DEFAULT_PORT) },
  host: { type: 'string' },
  log: { type: 'string' },
  'log-level': { type: 'string', default: 'info' },
  issuers: { type: 'string' },
  ...ENGINE_OPTIONS,
} as const;

const Issuers = z.array(z.looseObject({}));

/** The text of `--help`. */
export const HELP = `Usage: npm start [--silent] -- [options]

Runs the whole service on this machine, with demo users and documents, until Ctrl-C. All data is in memory.

Options:
  --port N           Port of the API; the issuer has N+1, and Document Engine N+2. 0 picks free ones. (default: ${DEFAULT_PORT})
  --host ADDRESS     Let phones in your network reach these three too: an IPv4 address of this machine, or lan for the
                     only one. Then everyone in the network can sign in as any demo user, without a password. The
                     Android emulator needs no --host: docs/phone-or-emulator.md.
  --log FILE         Write the log to FILE, which is emptied first; - writes it to the terminal. The default is
                     node_modules/.cache/layermint/start-PORT.log.
  --log-level LEVEL  ${LOG_LEVELS.join(', ')} (default: info)
  --issuers JSON     Let the function authorizeCaller verify the caller tokens, and accept those of further issuers:
                     a list as in the stage parameter issuers; [] for none but the demo's.
${ENGINE_HELP}  --json             Print one line of JSON when ready and nothing else. The log goes to standard error unless
                     --log names a file. Add --silent, or npm prints lines of its own first.
  --help             Print this text
`;

/**
 * Reads the command line.
 *
 * @param args - everything after the script's name
 * @param isTerminal - true if the user can be asked on standard input
 * @param interfaces - those of this machine unless given
 * @throws UsageError that names the option and its values
 */
export function parseCommandLine(
  args: readonly string[],
  isTerminal = process.stdin.isTTY,
  interfaces?: Interfaces,
): StartOptions {
  const { values, positionals } = readArguments(OPTIONS, args, process.env);
  assertNoMore(positionals);
  const { port, json, host, log = json ? TERMINAL : undefined, 'log-level': logLevel } = values;
  const level = LOG_LEVELS.find((it) => it === logLevel);
  if (level === undefined) {
    throw new UsageError(`--log-level must be one of ${LOG_LEVELS.join(', ')}, not "${logLevel}"`);
  }
  if (!/^\d{1,5}$/.test(port) || Number(port) > LAST_PORT) {
    throw new UsageError(
      `--port must be a port number from 0 to ${LAST_PORT}, not "${port}". The issuer and Document Engine have the next two.`,
    );
  }
  if (log === '') throw new UsageError('--log must name a file, or be - for the terminal');
  const network = host === undefined ? undefined : networkAddressOf(host, interfaces);
  const documentEngine = chosenEngine(values, isTerminal && !json);
  const issuers = issuersIn(values.issuers);
  return { json, port: Number(port), network, log, logLevel: level, issuers, documentEngine };
}

/** Reads the issuers beside the stack's own, with the rules for those of a stage. */
function issuersIn(text: string | undefined): readonly object[] | undefined {
  if (text === undefined) return undefined;
  const { success, data } = Issuers.safeParse(fromJson(text));
  if (!success)
    throw new UsageError(`--issuers must be a JSON list of objects such as '[{"name": "other", …}]'`);
  const { error } = data.length === 0 ? {} : z.safeParse(z.object(ofTrustedIssuers), { ISSUERS: text });
  if (error === undefined) return data;
  const faults = error.issues.map(({ path: [, ...within], message }) =>
    within.length === 0 ? `--issuers: ${message}` : `--issuers, ${within.join('.')}: ${message}`,
  );
  throw new UsageError(faults.join('\n'));
}
