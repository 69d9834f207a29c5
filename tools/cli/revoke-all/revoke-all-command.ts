import { assertNoMore, type Arguments } from '../arguments.ts';
import { runCommandLine } from '../command.ts';
import { STAGE_HELP, STAGE_OPTIONS } from '../stage-options.ts';

const HELP = `Revokes the live tokens of all users of a stage, for all documents. Everybody's app then gets a new token by itself.

  npm run revoke-all -- --stage STAGE [--former-table NAME] [--dry-run]

Run it after you restored the table from a backup (docs/operations.md, "Restore the table"), after you narrowed a role, or if you do
not know which tokens to revoke.

${STAGE_HELP}
  --table NAME         the table's name, if you cannot read the stage's CloudFormation stack
  --former-table NAME  after a restore: the table that the stage used before. Its tokens are revoked too, and its public keys are
                       taken over. Without it, tokens that the backup cannot know live on until they expire, a day at most
  --began TIME         continue an interrupted run: the time that it printed, such as 2027-01-31T12:00:00.000Z
  --dry-run            count, and change nothing
  --help               this text

The command writes only the table: the service itself delivers the revocations to Document Engine, within minutes. A second run
revokes the tokens of the meantime too.
Exit code: 0 all are revoked, 1 some could not be or something failed, 2 wrong usage.`;

const OPTIONS = {
  ...STAGE_OPTIONS,
  table: { type: 'string' },
  'former-table': { type: 'string' },
  began: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
} as const;

async function run({ values, positionals }: Arguments<typeof OPTIONS>): Promise<number> {
  assertNoMore(positionals);
  const { 'former-table': formerTable, 'dry-run': isDryRun, began, ...table } = values;
  // Loaded only here: the AWS clients take longer to load than everything else together.
  const { revokeAllOf, momentOf } = await import('./revoke-all-run.ts');
  return revokeAllOf(table, {
    formerTable,
    isDryRun,
    began: began === undefined ? undefined : momentOf(began),
  });
}

await runCommandLine({ help: HELP, options: OPTIONS, runsWithoutArguments: false, run });
