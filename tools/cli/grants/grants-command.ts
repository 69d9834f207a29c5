import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { secondsOf, systemClock } from '../../../lib/runtime/clock.ts';
import { parseRoles } from '../../../lib/grants/index.ts';
import { DEFAULT_PORT } from '../../local/stack/command-line.ts';
import { runCommand, UsageError } from '../command.ts';
import { exportGrants, type ExportCounts } from './export.ts';
import { openInput, writeWhole } from './files.ts';
import { lineReader } from './grant-line.ts';
import { findGrantTable } from './grant-table.ts';
import { importGrants, ImportStopped, type Progress } from './import.ts';
import { ProgressBar } from './progress-bar.ts';
import { writeGrants } from './write-grants.ts';
import { nameOf } from '../../../lib/runtime/errors.ts';

const HELP = `Writes many grants into a stage's table at once, or reads all that are there.

  npm run grants -- import FILE --stage STAGE [--from-line N]
  npm run grants -- export [FILE] --stage STAGE

FILE is JSON Lines, one grant a line; export writes what import reads, to standard output unless given a FILE:
  {"documentId", "principal": {"user": ID} | {"group": NAME} | {"everyone": true}, "role",
   "layers"?, "privateLayer"?, "defaultGroup"?, "expiresAt"?}

  --stage STAGE    a stage of infra/stages/stages.yml; its table is found in its CloudFormation stack, with your AWS credentials
  --table NAME     the table's name, where the CloudFormation stack cannot be read
  --from-line N    passes over the lines before; an import that was interrupted says where to go on
  --help           this text

--stage local is the service that \`npm start\` runs on this machine:
  --port N         the port of its API, unless ${DEFAULT_PORT}

A line takes the place of what its principal has on its document, so that a file can be imported again without harm: what is there
already stays as it is. Where a line takes rights away, the sweeper revokes the live tokens. Lines that are not valid are refused and
named at the end; they stop nothing.
Exit code: 0 all is done, 1 a line was refused or something failed, 2 wrong usage.`;

const MAX_LISTED = 1000;

function readArguments() {
  return parseArgs({
    allowPositionals: true,
    options: {
      stage: { type: 'string' },
      table: { type: 'string' },
      port: { type: 'string' },
      'from-line': { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
}

type Options = ReturnType<typeof readArguments>['values'];

async function run(): Promise<number> {
  const { values, positionals } = readArguments();
  const [command, file, ...more] = positionals;
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  if (more.length > 0) throw new UsageError(`One FILE at a time.\n\n${HELP}`);
  if (command === 'export') return runExport(file, values);
  if (command === 'import' && file !== undefined) return runImport(file, values);
  throw new UsageError(`Either import FILE, or export [FILE].\n\n${HELP}`);
}

async function runImport(file: string, options: Options): Promise<number> {
  const fromLine = Number(options['from-line'] ?? 1);
  if (!Number.isInteger(fromLine) || fromLine < 1) throw new UsageError('--from-line must be a line number.');
  const { input, size } = await openInput(file);
  const { client, name, privateLayerPrefix } = await findGrantTable(options);
  const roles = parseRoles(
    JSON.parse(await readFile(new URL('../../../infra/roles/roles.json', import.meta.url), 'utf8')),
  );
  const interruption = interruptions();
  const bar = new ProgressBar(process.stderr);
  try {
    const progress = await importGrants({
      input,
      fromLine,
      readLine: lineReader({ roles, privateLayerPrefix, clock: systemClock }),
      write: (grants) => writeGrants(grants, client, name, roles, systemClock),
      signal: interruption,
      onProgress: ({ bytes, imported, refused }) => {
        bar.draw(size === 0 ? 1 : bytes / size, `${imported} imported, ${refused.length} refused`);
      },
    });
    bar.clear();
    report(progress);
    return progress.refused.length === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof ImportStopped)) throw error;
    bar.clear();
    report(error.progress);
    console.error(
      `Stopped: ${error.message}\nEvery line before line ${error.progress.nextLine} is done. To go on: add --from-line ${error.progress.nextLine}`,
    );
    return 1;
  } finally {
    client.destroy();
  }
}

/** Aborted by Ctrl-C and the like; a second one ends the process at once. */
function interruptions(): AbortSignal {
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      interruption.abort();
    });
  }
  return interruption.signal;
}

function report({ imported, refused }: Progress): void {
  for (const { line, reason } of refused.slice(0, MAX_LISTED)) console.log(`line ${line} refused: ${reason}`);
  if (refused.length > MAX_LISTED) console.log(`and ${refused.length - MAX_LISTED} more`);
  console.log(`${imported} imported, ${refused.length} refused`);
}

async function runExport(file: string | undefined, options: Options): Promise<number> {
  if (options['from-line'] !== undefined) throw new UsageError('--from-line goes with import (see --help).');
  const { client, name } = await findGrantTable(options);
  const counts: ExportCounts = { exported: 0, unreadable: 0 };
  try {
    const lines = Readable.from(exportGrants(client, name, secondsOf(systemClock), counts));
    if (file === undefined) await pipeline(lines, process.stdout, { end: false });
    else await writeWhole(file, lines, interruptions());
  } catch (error) {
    if (isEndOfReader(error)) return 1;
    // Only an export to a file is interrupted in this way.
    if (file === undefined || !(error instanceof Error) || error.name !== 'AbortError') throw error;
    console.error(`Interrupted: ${file} is as it was.`);
    return 1;
  } finally {
    client.destroy();
  }
  console.error(`${counts.exported} exported`);
  if (counts.unreadable > 0) console.error(`${counts.unreadable} that cannot be read were left out`);
  return counts.unreadable === 0 ? 0 : 1;
}

/** Whoever reads standard output, such as `head`, has had enough. */
const isEndOfReader = (error: unknown): boolean => nameOf(error) === 'EPIPE';

await runCommand(run);
