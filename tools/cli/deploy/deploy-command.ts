import { checkStage, parametersOf } from '../../../infra/packaging/check-stage.ts';
import { readStages } from '../../../infra/stages/stages.ts';
import { systemClock } from '../../../lib/runtime/clock.ts';
import { assertNoMore, type Arguments } from '../arguments.ts';
import { runCommandLine } from '../command.ts';
import { UsageError } from '../errors.ts';
import { resolvePath } from '../files.ts';
import { assertPackageOf } from '../package/package-files.ts';
import { assertPassable, runServerless, SERVERLESS_OPTIONS } from '../package/serverless-cli.ts';
import { isByCodeDeploy } from '../../../infra/stages/parameters/deployments.ts';
import { assertDeployable } from './deployable.ts';

const HELP = `Deploys a stage of infra/stages/stages.yml into the AWS account of your credentials.

  npm run deploy -- --stage STAGE [options of the Serverless CLI]

  --stage STAGE          the stage
  --param NAME=VALUE     a parameter that wins over the stage's own; may be repeated
  --aws-profile PROFILE  the AWS profile to use
  --package DIR          deploy a package that npm run package wrote, instead of a new one
  --force                deploy even if nothing has changed
  --verbose              say more
  --help                 this text

The AWS credentials are found as the AWS CLI finds them. docs/configuration.md describes all parameters. To check them and see the
CloudFormation template and the zips, without credentials: npm run package -- --stage STAGE
Exit code: 0 deployed, 1 failed, 2 wrong usage.`;

const OPTIONS = {
  ...SERVERLESS_OPTIONS,
  conceal: { type: 'boolean' },
  force: { type: 'boolean' },
  'aws-s3-accelerate': { type: 'boolean' },
} as const;

async function run({ values, positionals }: Arguments<typeof OPTIONS>): Promise<number> {
  assertNoMore(positionals);
  assertPassable(values);
  const { stage, param } = values;
  if (!stage) throw new UsageError('--stage is required: a stage of infra/stages/stages.yml (see --help).');
  const stages = await readStages();
  assertDeployable(stage, stages);
  checkStage(stages, stage, param);
  if (values.package !== undefined) {
    if (param !== undefined)
      throw new UsageError('--param has no effect on a package: it goes with npm run package.');
    await assertPackageOf(stage, resolvePath(values.package));
  }
  const { gradualDeployment, region } = parametersOf(stages, stage, param);
  if (isByCodeDeploy(gradualDeployment)) {
    // Loaded only here: the AWS clients take longer to load than everything else together.
    const [{ settleAliases }, { stageClients }] = await Promise.all([
      import('./settle-aliases.ts'),
      import('../stage-clients.ts'),
    ]);
    const obstacle = await settleAliases(
      stageClients(stage, String(region)),
      stage,
      systemClock,
      console.log,
    );
    if (obstacle !== undefined) {
      console.error(`Nothing was deployed. ${obstacle}`);
      return 1;
    }
  }
  if (!(await runServerless('deploy', values))) return 1;
  console.log(
    `\nTo check it from end to end, once it has a signing key: npm run verify -- --stage ${stage} --document ID`,
  );
  return 0;
}

await runCommandLine({ help: HELP, options: OPTIONS, runsWithoutArguments: false, run });
