import { checkStage, parametersOf } from '../../../infra/packaging/check-stage.ts';
import { ofStage, readStages } from '../../../infra/stages/stages.ts';
import { systemClock } from '../../../lib/runtime/clock.ts';
import { assertNoMore, type Arguments } from '../arguments.ts';
import { printLine, runCommandLine } from '../command.ts';
import { UsageError } from '../errors.ts';
import { resolvePath } from '../files.ts';
import { interruption } from '../interruption.ts';
import { assertPackageOf } from '../package/package-files.ts';
import {
  assertPassable,
  assertRegionOf,
  runServerless,
  SERVERLESS_OPTIONS,
} from '../package/serverless-cli.ts';
import { assertDeployable } from './deployable.ts';

const HELP = `Deploys a stage of infra/stages/stages.yml into the AWS account of your credentials.

  npm run deploy -- --stage STAGE [options of the Serverless CLI]

  --stage STAGE          the stage
  --skip-checks          do not check the systems around the stage first, or deploy although a check failed
  --param NAME=VALUE     a parameter that wins over the stage's own; may be repeated
  --aws-profile PROFILE  the AWS profile to use
  --package DIR          deploy a package that npm run package wrote, instead of a new one
  --force                deploy even if nothing has changed
  --verbose              say more
  --help                 this text

It first makes the checks of npm run doctor that need no deployed stage: the issuer, the secrets, the KMS keys and Document Engine.
A failed check stops it. After deploying it waits for the first signing key. At the end it names the API's URL, or the first failure
and the next command. If you interrupt it, CloudFormation continues by itself.

The AWS credentials are found as the AWS CLI finds them. docs/configuration.md describes all parameters. To check them and see the
CloudFormation template and the zips, without credentials: npm run package -- --stage STAGE
To take a deployment back: npm run rollback. To remove a stage: npm run remove.
Exit code: 0 deployed, 1 failed or without a signing key, 2 wrong usage.`;

const OPTIONS = {
  ...SERVERLESS_OPTIONS,
  conceal: { type: 'boolean' },
  force: { type: 'boolean' },
  'aws-s3-accelerate': { type: 'boolean' },
  'skip-checks': { type: 'boolean', default: false },
} as const;

async function run({ values, positionals }: Arguments<typeof OPTIONS>): Promise<number> {
  assertNoMore(positionals);
  assertPassable(values);
  const { 'skip-checks': skipsChecks, ...passedOn } = values;
  const { stage, param } = passedOn;
  if (!stage) throw new UsageError('--stage is required: a stage of infra/stages/stages.yml (see --help).');
  const stages = await readStages();
  assertDeployable(stage, stages);
  const parameters = parametersOf(stages, stage, param);
  const { region: own } = ofStage(stages, stage);
  assertRegionOf(stage, passedOn.region, own);
  assertRegionOf(stage, String(parameters['region']), own);
  checkStage(stages, stage, param);
  if (passedOn.package !== undefined) {
    if (param !== undefined)
      throw new UsageError('--param has no effect on a package: it goes with npm run package.');
    await assertPackageOf(stage, resolvePath(passedOn.package));
  }
  // The AWS clients of this process find the profile here.
  if (passedOn['aws-profile'] !== undefined) process.env['AWS_PROFILE'] = passedOn['aws-profile'];
  // Loaded only here: the AWS clients take longer to load than everything else together.
  const [{ deploy }, { keyStateOf }, { prepareStack }, { stackOf }, { checksBeforeDeploying }] =
    await Promise.all([
      import('./deploy.ts'),
      import('./first-key.ts'),
      import('./prepare-stack.ts'),
      import('./stage-stack.ts'),
      import('../doctor/index.ts'),
    ]);
  const signal = interruption();
  return deploy({
    stage,
    again: `npm run deploy -- --stage ${stage}`,
    rotates: parameters['rotation'] === 'on',
    checks: skipsChecks
      ? undefined
      : checksBeforeDeploying(stage, parameters, {
          callerToken: process.env['LAYERMINT_CALLER_TOKEN'],
        }),
    stack: stackOf(stage, String(own)),
    prepare: () =>
      prepareStack(
        { stage, region: String(own), gradualDeployment: parameters['gradualDeployment'] },
        printLine,
      ),
    runServerless: () => runServerless('deploy', passedOn, signal),
    readKey: keyStateOf,
    clock: systemClock,
    signal,
    print: printLine,
  });
}

await runCommandLine({ help: HELP, options: OPTIONS, runsWithoutArguments: false, run });
