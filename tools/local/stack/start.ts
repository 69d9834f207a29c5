// `npm start`: the local stack as a command.
import { fstatSync } from 'node:fs';
import { HELP, parseCommandLine, type StartOptions, UsageError } from './command-line.ts';
import { welcome } from './welcome.ts';

try {
  const options = parseCommandLine(process.argv.slice(2));
  if (options.help) process.stdout.write(HELP);
  else await run(options);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\nSee npm start -- --help\n`);
  process.exitCode = 2;
}

async function run({ json, port, logLevel }: StartOptions): Promise<void> {
  const starting = new AbortController();
  const stop = (): never => {
    // Everything lives in this process and in memory, except the Serverless CLI while it resolves serverless.yml.
    starting.abort();
    process.exit(0);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  process.once('SIGHUP', stop);
  // Whoever started this and read its output is gone.
  process.stdout.on('error', stop);
  process.stderr.on('error', stop);
  const heedParent = watchParent(stop);

  const { startStack } = await import('./stack.ts');
  const log = json ? process.stderr : process.stdout;
  try {
    const stack = await startStack({
      port,
      logLevel,
      write: (text) => log.write(text),
      signal: starting.signal,
    });
    const { api, issuer, tokenEndpoint, documentEngine, signingKey, callers, documents } = stack;
    const description = { api, issuer, tokenEndpoint, documentEngine, signingKey, callers, documents };
    process.stdout.write(json ? `${JSON.stringify(description)}\n` : welcome(stack));
    heedParent();
  } catch (error) {
    starting.abort();
    process.stderr.write(`${explain(error)}\n`);
    process.exit(1);
  }
}

/**
 * Calls back when whoever started this goes away: npm, whose shell does not hand on a SIGTERM, or a program that holds the other
 * end of standard input.
 *
 * @returns starts to heed standard input: one that ended before, such as an empty one, says nothing
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
      return `${error.message}. Stop what listens there, or choose another: npm start -- --port 0`;
    case 'ServiceConfigError':
    case 'FunctionStartError':
    case 'UnresolvedReferenceError':
      return error.message;
    default:
      return error.stack ?? error.message;
  }
}
