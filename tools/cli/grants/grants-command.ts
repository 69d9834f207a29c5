import { parseArgs } from 'node:util';
import { DEFAULT_PORT } from '../../local/stack/command-line.ts';
import { runCommand, UsageError } from '../command.ts';
import { STAGE_OPTIONS } from '../stage-options.ts';
import { exportFile } from './export-file.ts';
import { importFile } from './import-file.ts';

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

--local, in place of --stage, is the service that \`npm start\` runs on this machine:
  --port N         the port of its API, unless ${DEFAULT_PORT}

A line takes the place of what its principal has on its document, so that a file can be imported again without harm: what is there
already stays as it is. Where a line takes rights away, the sweeper revokes the live tokens. Lines that are not valid are refused and
named at the end; they stop nothing.
Exit code: 0 all is done, 1 a line was refused or something failed, 2 wrong usage.`;

async function run(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ...STAGE_OPTIONS,
      table: { type: 'string' },
      'from-line': { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { help, 'from-line': fromLine, ...table } = values;
  const [command, file, ...more] = positionals;
  if (help) {
    console.log(HELP);
    return 0;
  }
  if (more.length > 0) throw new UsageError(`One FILE at a time.\n\n${HELP}`);
  if (command === 'import' && file !== undefined) return importFile(file, lineNumber(fromLine ?? '1'), table);
  if (command !== 'export') throw new UsageError(`Either import FILE, or export [FILE].\n\n${HELP}`);
  if (fromLine !== undefined) throw new UsageError('--from-line goes with import (see --help).');
  return exportFile(file, table);
}

function lineNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new UsageError('--from-line must be a line number.');
  return number;
}

await runCommand(run);
