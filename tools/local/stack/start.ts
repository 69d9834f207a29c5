// `npm start`: the local stack as a command.
import { fstatSync } from 'node:fs';
import { asksForHelp } from '../../cli/arguments.ts';
import { UsageError } from '../../cli/errors.ts';
import { HELP, parseCommandLine, type StartOptions } from './command-line.ts';
import { logFilePath, openLogFile, TERMINAL } from './log-file.ts';
import type { RealDocumentEngine } from '../real-document-engine/index.ts';
import { assertPlacesFree, placesFrom } from './places.ts';
import { reachedAt } from './routes/description.ts';
import { STARTING, welcome } from './welcome.ts';

try {
  const args = process.argv.slice(2);
  if (asksForHelp(args)) process.stdout.write(HELP);
  else await run(parseCommandLine(args));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\nSee npm start -- --help\n`);
  process.exitCode = 2;
}

async function run(options: StartOptions): Promise<void> {
  const { json, port, network, logLevel, issuers } = options;
  let real: RealDocumentEngine | undefined;
  keepFromProxies();
  const starting = new AbortController();
  const stop = (): never => {
    // Everything is in this process and in memory, except the Serverless CLI while it resolves serverless.yml.
    starting.abort();
    sayFarewell(real);
    process.exit(0);
  };
  process.once('SIGINT', () => {
    // The terminal has printed ^C without a line break.
    if (!json) process.stdout.write('\nLayermint has stopped.\n');
    stop();
  });
  process.once('SIGTERM', stop);
  // The terminal was closed.
  process.once('SIGHUP', stop);
  // The reader of the output has gone.
  process.stdout.on('error', stop);
  process.stderr.on('error', stop);
  const heedParent = watchParent(stop);

  try {
    if (!json) process.stdout.write(STARTING);
    // First: resolving serverless.yml takes seconds, and the log of a stack on this port must not be emptied.
    const { documentEngine: ofStandIn, ...places } = placesFrom({ port, network });
    const standsIn = options.documentEngine === undefined;
    await assertPlacesFree({ ...places, ...(standsIn && { documentEngine: ofStandIn }) });
    real = await connectDocumentEngine(options);
    const { path, write } = openLog(options);
    const { startStack } = await import('./stack.ts');
    const stack = await startStack({
      ...{ port, network, logLevel, issuers, write, documentEngine: real },
      signal: starting.signal,
    });
    const { api, console: page, issuer, tokenEndpoint, documentEngine, documentEngineKind } = stack;
    const { signingKey, callers, documents } = stack;
    const addresses = { api, console: page, issuer, tokenEndpoint, documentEngine, documentEngineKind };
    const description = reachedAt(network, { ...addresses, signingKey, callers, documents });
    // Without a path: the log goes to standard error.
    const line = { ...description, ...(path !== undefined && { log: path }) };
    process.stdout.write(
      json ? `${JSON.stringify(line)}\n` : welcome(stack, path, { realVersion: real?.version, network }),
    );
    heedParent();
  } catch (error) {
    starting.abort();
    process.stderr.write(`${explain(error)}\n`);
    sayFarewell(real);
    process.exit(error instanceof UsageError ? 2 : 1);
  }
}

/** Finds the Document Engine of the command line, and asks the user. @returns undefined for the stand-in */
async function connectDocumentEngine({
  documentEngine,
}: StartOptions): Promise<RealDocumentEngine | undefined> {
  if (documentEngine === undefined) return undefined;
  const { connect } = await import('../real-document-engine/index.ts');
  const { DEMO_DOCUMENTS } = await import('./demo/demo.ts');
  const ids = DEMO_DOCUMENTS.map(({ id }) => id);
  return connect(documentEngine, ids, { warn: (line) => process.stderr.write(`${line}\n`) });
}

/** Prints the changes that the stack leaves at a real Document Engine. */
function sayFarewell(documentEngine: RealDocumentEngine | undefined): void {
  const text = documentEngine?.farewell();
  if (text !== undefined) process.stderr.write(`${text}\n`);
}

/**
 * The parts of the stack talk to each other on this machine alone. With NODE_USE_ENV_PROXY, Node's fetch would send their tokens to
 * the proxy of the environment.
 */
function keepFromProxies(): void {
  const { no_proxy: lower, NO_PROXY: others = '' } = process.env;
  process.env['no_proxy'] = ['127.0.0.1', 'localhost', '::1', lower ?? others].join(',');
}

/** Opens the log. Its path is undefined if it goes to the terminal: with `--json` to standard error. */
function openLog({ json, log, port }: StartOptions): { path?: string; write: (text: string) => void } {
  if (log === TERMINAL) {
    const terminal = json ? process.stderr : process.stdout;
    return { write: (text) => terminal.write(text) };
  }
  const path = logFilePath(log, port);
  return { path, write: openLogFile(path, (message) => process.stderr.write(`${message}\n`)) };
}

/**
 * Calls back when the parent goes away: npm, whose shell does not forward SIGTERM, or a program that holds the other end of
 * standard input.
 *
 * @returns starts to heed standard input. If it ended before, as an empty one does, that means nothing.
 */
function watchParent(gone: () => void): () => void {
  const startedByNpm = process.env['npm_lifecycle_event'] !== undefined;
  const parent = process.ppid;
  if (startedByNpm) {
    setInterval(() => {
      if (process.ppid !== parent) gone();
    }, 250).unref();
  }
  let heeded = false;
  const input = fstatSync(process.stdin.fd);
  if (input.isFIFO() || input.isSocket()) {
    process.stdin.once('end', () => {
      if (heeded) gone();
    });
    process.stdin.resume();
  }
  return () => {
    heeded = true;
  };
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  switch (error.name) {
    case 'PortTakenError':
      return `${error.message}, perhaps by another npm start. Stop it, or choose free ports: npm start -- --port 0`;
    case 'LogFileError':
      return `${error.message}. Choose another file, or the terminal: npm start -- --log -`;
    case 'UsageError':
    case 'UnusableDocumentEngineError':
    case 'SecretFileError':
    case 'ServiceConfigError':
    case 'FunctionStartError':
    case 'UnresolvedReferenceError':
      return error.message;
    default:
      return error.stack ?? error.message;
  }
}
