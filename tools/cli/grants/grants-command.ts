import { assertNoMore, unknownWord, type Arguments } from '../arguments.ts';
import { runCommandLine } from '../command.ts';
import { UsageError } from '../errors.ts';
import type { TableOptions } from '../grant-table.ts';
import { STAGE_HELP, STAGE_OPTIONS } from '../stage-options.ts';

const HELP = `Writes many grants into a stage's table at once, reads all of them, or moves those of a person to another user id.

  npm run grants -- import FILE --stage STAGE [--from-line N]
  npm run grants -- export [FILE] --stage STAGE
  npm run grants -- move-user OLD NEW --stage STAGE [--dry-run] [--keep | --replace] [--revoke]
  npm run grants -- move-user --file PAIRS --stage STAGE [the same]

import and export: FILE is JSON Lines, one grant per line. A FILE of - is standard input or standard output; export without FILE writes to standard
output. Its path is relative to the directory in which you call npm. export writes the lines that import reads:
  {"documentId", "principal": {"user": ID} | {"group": NAME} | {"everyone": true}, "role",
   "layers"?, "privateLayer"?, "defaultGroup"?, "expiresAt"?}

${STAGE_HELP}
  --table NAME         the table's name, if you cannot read the stage's CloudFormation stack
  --from-line N        with import: begin at line N; an interrupted import prints it
  --file PAIRS         with move-user: many user ids. A file that ends in .csv has the first line from,to, and then a pair in each
                       line. Any other file is JSON Lines: {"from": OLD, "to": NEW}. If a line is wrong, nothing is moved
  --dry-run            with move-user: list everything that would be done, and change nothing
  --keep               with move-user: if the grants of both user ids on a document cannot be joined, keep that of NEW
  --replace            with move-user: put that of OLD in its place. Without these two, the document is listed and left as it is
  --revoke             with move-user: revoke all live tokens of OLD, also those that a group gave
  --help               this text

import: each line replaces the grant of that user, group or everyone on that document. Importing the same file again changes nothing. If a
line takes rights away, the service then revokes the live tokens. A line that is not valid is refused and named at the end;
the import continues with the next one.

move-user: each grant of OLD becomes one of NEW, with its layers, default group, end, and the person that granted it. Grants of groups
stay as they are. The live tokens that a moved grant gave OLD are revoked. You can run it again after an interruption. It ends with a
list of things that stay with OLD, such as records, private layers and copies on devices (docs/operations.md).
Exit code: 0 all is done, 1 a line or a document was refused or something failed, 2 wrong usage.`;

const OPTIONS = {
  ...STAGE_OPTIONS,
  table: { type: 'string' },
  'from-line': { type: 'string' },
  file: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
  keep: { type: 'boolean', default: false },
  replace: { type: 'boolean', default: false },
  revoke: { type: 'boolean', default: false },
} as const;

/** The options that go with move-user alone. */
const OF_MOVE = ['file', 'dry-run', 'keep', 'replace', 'revoke'] as const;

const ACTIONS = ['import', 'export', 'move-user'];

type Values = Arguments<typeof OPTIONS>['values'];

async function run({ values, positionals }: Arguments<typeof OPTIONS>): Promise<number> {
  const { 'from-line': fromLine } = values;
  const [action, ...words] = positionals;
  const ofMove = OF_MOVE.find((name) => values[name] !== undefined && values[name] !== false);
  if (action === undefined)
    throw new UsageError(`An action is required: ${ACTIONS.join(', ')} (see --help).`);
  if (fromLine !== undefined && action !== 'import')
    throw new UsageError('--from-line goes with import (see --help).');
  if (ofMove !== undefined && action !== 'move-user')
    throw new UsageError(`--${ofMove} goes with move-user (see --help).`);
  const [file, ...more] = words;
  // The actions are loaded only here: the AWS clients take longer to load than everything else together.
  switch (action) {
    case 'import': {
      if (file === undefined)
        throw new UsageError('import needs a FILE, or - for standard input (see --help).');
      assertNoMore(more);
      const { importFile } = await import('./import-file.ts');
      return importFile(file, lineNumber(fromLine ?? '1'), tableOf(values));
    }
    case 'export': {
      assertNoMore(more);
      const { exportFile } = await import('./export-file.ts');
      return exportFile(file, tableOf(values));
    }
    case 'move-user':
      return moveUser(words, values);
    default:
      throw unknownWord('action', action, ACTIONS);
  }
}

async function moveUser(words: readonly string[], values: Values): Promise<number> {
  const { file, keep, replace, revoke: revokesAll, 'dry-run': isDryRun } = values;
  const [from, to, ...more] = words;
  if (keep && replace) throw new UsageError('Give --keep or --replace, not both.');
  const options = {
    onConflict: keep ? 'keep' : replace ? 'replace' : 'leave',
    isDryRun,
    revokesAll,
  } as const;
  if (file !== undefined) {
    assertNoMore(words);
    const { moveFile } = await import('./move-user/move-user-run.ts');
    return moveFile(file, tableOf(values), options);
  }
  if (from === undefined || to === undefined)
    throw new UsageError('move-user needs the former user id and the new one, or --file (see --help).');
  assertNoMore(more);
  const [{ movePairs }, { pairOf }] = await Promise.all([
    import('./move-user/move-user-run.ts'),
    import('./move-user/user-pairs.ts'),
  ]);
  return movePairs([pairOf(from, to)], tableOf(values), options);
}

const tableOf = ({ stage, local, port, table }: Values): TableOptions => ({ stage, local, port, table });

function lineNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new UsageError(`--from-line must be a line number, 1 or more, not "${text}".`);
  }
  return number;
}

await runCommandLine({ help: HELP, options: OPTIONS, runsWithoutArguments: false, run });
