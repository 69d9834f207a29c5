import { assertNoMore, unknownWord, type Arguments } from '../arguments.ts';
import { runCommandLine } from '../command.ts';
import { UsageError } from '../errors.ts';
import { STAGE_HELP, STAGE_OPTIONS } from '../stage-options.ts';

const HELP = `Writes many grants into a stage's table at once, or reads all of them.

  npm run grants -- import FILE --stage STAGE [--from-line N]
  npm run grants -- export [FILE] --stage STAGE

FILE is JSON Lines, one grant per line. A FILE of - is standard input or standard output; export without FILE writes to standard
output. Its path is relative to the directory in which you call npm. export writes the lines that import reads:
  {"documentId", "principal": {"user": ID} | {"group": NAME} | {"everyone": true}, "role",
   "layers"?, "privateLayer"?, "defaultGroup"?, "expiresAt"?}

${STAGE_HELP}
  --table NAME         the table's name, if you cannot read the stage's CloudFormation stack
  --from-line N        with import: begin at line N; an interrupted import prints it
  --help               this text

Each line replaces the grant of that user, group or everyone on that document. Importing the same file again changes nothing. If a
line takes rights away, the service then revokes the live tokens. A line that is not valid is refused and named at the end;
the import continues with the next one.
Exit code: 0 all is done, 1 a line was refused or something failed, 2 wrong usage.`;

const OPTIONS = {
  ...STAGE_OPTIONS,
  table: { type: 'string' },
  'from-line': { type: 'string' },
} as const;

async function run({ values, positionals }: Arguments<typeof OPTIONS>): Promise<number> {
  const { 'from-line': fromLine, ...table } = values;
  const [action, file, ...more] = positionals;
  switch (action) {
    case undefined:
      throw new UsageError('An action is required: import or export (see --help).');
    case 'import': {
      if (file === undefined)
        throw new UsageError('import needs a FILE, or - for standard input (see --help).');
      assertNoMore(more);
      // Loaded only here: the AWS clients take longer to load than everything else together.
      const { importFile } = await import('./import-file.ts');
      return importFile(file, lineNumber(fromLine ?? '1'), table);
    }
    case 'export': {
      assertNoMore(more);
      if (fromLine !== undefined) throw new UsageError('--from-line goes with import (see --help).');
      const { exportFile } = await import('./export-file.ts');
      return exportFile(file, table);
    }
    default:
      throw unknownWord('action', action, ['import', 'export']);
  }
}

function lineNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new UsageError(`--from-line must be a line number, 1 or more, not "${text}".`);
  }
  return number;
}

await runCommandLine({ help: HELP, options: OPTIONS, runsWithoutArguments: false, run });
