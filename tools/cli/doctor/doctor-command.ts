import { assertNoMore, type Arguments } from '../arguments.ts';
import { onOneLine, runCommandLine } from '../command.ts';
import { UsageError } from '../errors.ts';
import { chosenStage, STAGE_HELP, STAGE_OPTIONS } from '../stage-options.ts';
import { readCallerToken } from './caller-token-source.ts';
import type { Finding } from './finding.ts';

const HELP = `Checks everything around a stage, before and after it is deployed, and says how to correct each fault. It changes nothing.

  npm run doctor -- --stage STAGE [--caller-token FILE]
  npm run doctor -- --local

${STAGE_HELP}
  --caller-token FILE  a file with an access token of the stage's issuer; - is standard input
  --user NAME          with --local: the demo user whose token is checked, alice unless given
  --help               this text

It looks at the issuer and its keys, the claims of the caller token, the secrets, the KMS keys, Document Engine and, once the
stage is deployed, the stack, the functions, the API and the signing key. With --stage, the environment variable
LAYERMINT_CALLER_TOKEN can hold the caller token. (The token itself is not an option because every user of the machine can read the arguments
of a command.) It is sent nowhere. Of the secrets, only Document Engine's API token is read, to list its public keys.

The command prints one line per check, and the cure below it. docs/operations.md describes each check.
Exit code: 0 nothing failed, 1 something failed, 2 wrong usage.`;

const OPTIONS = {
  ...STAGE_OPTIONS,
  'caller-token': { type: 'string' },
  user: { type: 'string' },
} as const;

const LABEL: Readonly<Record<Finding['outcome'], string>> = {
  ok: 'ok         ',
  warning: 'warning    ',
  failed: 'failed     ',
  'not checked': 'not checked',
};

async function run({ values, positionals }: Arguments<typeof OPTIONS>): Promise<number> {
  assertNoMore(positionals);
  const counts = { ok: 0, warning: 0, failed: 0, 'not checked': 0 };
  for await (const finding of await findings(values)) {
    counts[finding.outcome] += 1;
    print(finding);
  }
  console.log(
    `${counts.ok} ok, ${counts.warning} ${counts.warning === 1 ? 'warning' : 'warnings'}, ${counts.failed} failed, ${counts['not checked']} not checked`,
  );
  return counts.failed === 0 ? 0 : 1;
}

async function findings(values: Arguments<typeof OPTIONS>['values']): Promise<AsyncGenerator<Finding>> {
  const { user, 'caller-token': file } = values;
  const stage = chosenStage(values);
  if (stage === undefined) throw new UsageError('--stage or --local is required (see --help).');
  if (user !== undefined && (stage.kind === 'deployed' || file !== undefined))
    throw new UsageError('--user goes with --local, without --caller-token (see --help).');
  // A token in the environment is for a deployed stage. The local stack supplies its own.
  const callerToken = await readCallerToken(file, stage.kind === 'local' ? {} : process.env);
  // Loaded only here: the AWS clients take longer to load than everything else together.
  if (stage.kind === 'local') {
    const { checksOfLocalStack } = await import('./local-checks.ts');
    return checksOfLocalStack({ port: stage.port, callerToken, user });
  }
  const { checksOfDeployedStage } = await import('./deployed-checks.ts');
  return checksOfDeployedStage(stage.name, callerToken);
}

function print({ check, outcome, detail, cure }: Finding): void {
  console.log(`${LABEL[outcome]} ${check}${detail === undefined ? '' : `: ${onOneLine(detail)}`}`);
  if (cure !== undefined) console.log(`            ${onOneLine(cure)}`);
}

await runCommandLine({ help: HELP, options: OPTIONS, runsWithoutArguments: false, run });
