import { systemClock } from '../../../lib/runtime/clock.ts';
import { assertNoMore, type Arguments } from '../arguments.ts';
import { runCommandLine } from '../command.ts';
import { STAGE_HELP, STAGE_OPTIONS } from '../stage-options.ts';
import { KINDS, questionOf } from './audit-question.ts';

const HELP = `Answers from the audit log: who could open a document, who did, who gave them access, and who was refused. It changes nothing.

  npm run audit -- --document ID --stage STAGE [--at TIME | --since TIME [--until TIME]]
  npm run audit -- --user ID [--group NAME …] [--document ID] --stage STAGE [the same]
  npm run audit -- --document ID --local
  npm run audit -- --document ID --log FILE

${STAGE_HELP}
  --log FILE           the log file of a local stack, also of one that has ended; - is standard input
  --document ID        everything about this document
  --user ID            everything about this user
  --group NAME         with --user: a group of that user, whose grants count too; can be repeated
  --since TIME         the beginning, one day ago unless given
  --until TIME         the end, now unless given
  --at TIME            one moment in place of --since and --until
  --kind KIND          only these parts: ${Object.keys(KINDS).join(', ')}; can be repeated. Without
                       it: minted, refused, grants
  --limit N            the most entries of each part, 50 unless given
  --json               JSON Lines for programs, with every entry
  --help               this text

A TIME is 2h, 7d or the like (so long ago), a date such as 2026-11-24 (midnight UTC), or 2026-11-24T09:30:00Z. All times in the
answer are UTC. Give --document, --user or --kind. With --stage, AWS charges for the logs that a query reads
(docs/audit.md has the rights that you need).
Exit code: 0 answered, also if nothing was found; 1 failed, 2 wrong usage, 130 interrupted.`;

const OPTIONS = {
  ...STAGE_OPTIONS,
  log: { type: 'string' },
  document: { type: 'string' },
  user: { type: 'string' },
  group: { type: 'string', multiple: true },
  since: { type: 'string' },
  until: { type: 'string' },
  at: { type: 'string' },
  kind: { type: 'string', multiple: true },
  limit: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

async function run({ values, positionals }: Arguments<typeof OPTIONS>): Promise<number> {
  assertNoMore(positionals);
  const question = questionOf(values, systemClock.now());
  // Loaded only here: the AWS clients take longer to load than everything else together.
  const { auditRun } = await import('./audit-run.ts');
  return auditRun(question, values, values.json);
}

await runCommandLine({ help: HELP, options: OPTIONS, runsWithoutArguments: false, run });
