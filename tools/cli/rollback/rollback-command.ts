import { ofStage, readStages } from '../../../infra/stages/stages.ts';
import { systemClock } from '../../../lib/runtime/clock.ts';
import { assertNoMore, type Arguments } from '../arguments.ts';
import { printLine, runCommandLine } from '../command.ts';
import { assertDeployable } from '../deploy/deployable.ts';
import { UsageError } from '../errors.ts';
import { interruption } from '../interruption.ts';
import { runServerless } from '../package/serverless-cli.ts';

const HELP = `Deploys an earlier deployment of a stage again: its functions and its CloudFormation template.

  npm run rollback -- --stage STAGE                 list the deployments
  npm run rollback -- --stage STAGE --to TIMESTAMP  roll back to one of them

  --stage STAGE          the stage
  --to TIMESTAMP         a timestamp of the list, such as 1795722297918
  --aws-profile PROFILE  the AWS profile to use
  --verbose              say more
  --help                 this text

The list holds the last five deployments. A deployment that failed is in it too.
A rollback does not take back data: grants, issued tokens, signing keys and Document Engine's key list stay as they are, and so does
infra/stages/stages.yml. It refuses to roll back over a change of tableName, signingKeySecretArn or vpc: docs/deployment.md, "Roll back",
says why. Before you roll back to an earlier version, read its steps in CHANGELOG.md. To deploy your newest state again, use
npm run deploy with --force: without it, the Serverless CLI finds the packages unchanged and skips them.
Exit code: 0 done, 1 failed, 2 wrong usage.`;

const OPTIONS = {
  stage: { type: 'string', short: 's' },
  to: { type: 'string' },
  'aws-profile': { type: 'string' },
  verbose: { type: 'boolean' },
} as const;

async function run({ values, positionals }: Arguments<typeof OPTIONS>): Promise<number> {
  assertNoMore(positionals);
  const { stage, to, ...passedOn } = values;
  if (!stage) throw new UsageError('--stage is required: a stage of infra/stages/stages.yml (see --help).');
  if (to !== undefined && !/^\d{13}$/.test(to)) {
    throw new UsageError(
      `--to must be a timestamp of 13 digits, not "${to}". To list them: npm run rollback -- --stage ${stage}`,
    );
  }
  const stages = await readStages();
  assertDeployable(stage, stages);
  if (passedOn['aws-profile'] !== undefined) process.env['AWS_PROFILE'] = passedOn['aws-profile'];
  // Loaded only here: the AWS clients take longer to load than everything else together.
  const [{ listDeployments, rollBack }, { prepareStack }, { stackOf }] = await Promise.all([
    import('./rollback.ts'),
    import('../deploy/prepare-stack.ts'),
    import('../deploy/stage-stack.ts'),
  ]);
  const { region, gradualDeployment } = ofStage(stages, stage);
  const stack = stackOf(stage, String(region));
  if (to === undefined) {
    return listDeployments({
      ...{ stage, stack, print: printLine },
      runServerless: () => runServerless('deploy list', { stage, ...passedOn }),
    });
  }
  const signal = interruption();
  return rollBack({
    ...{ stage, clock: systemClock, signal },
    again: `npm run rollback -- --stage ${stage} --to ${to}`,
    stack,
    prepare: () => prepareStack({ stage, region: String(region), gradualDeployment }, printLine),
    runServerless: () => runServerless('rollback', { stage, timestamp: to, ...passedOn }, signal),
    print: printLine,
  });
}

await runCommandLine({ help: HELP, options: OPTIONS, runsWithoutArguments: false, run });
