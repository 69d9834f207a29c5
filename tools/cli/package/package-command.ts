import { join } from 'node:path';
import { checkStage, parametersOf } from '../../../infra/packaging/check-stage.ts';
import { readStages, unknownStage } from '../../../infra/stages/stages.ts';
import { assertNoMore, type Arguments } from '../arguments.ts';
import { runCommandLine } from '../command.ts';
import { UsageError } from '../errors.ts';
import { resolvePath } from '../files.ts';
import { assertReplaceable, describePackage, nextStep } from './package-files.ts';
import { assertPassable, assertRegionOf, ROOT, runServerless, SERVERLESS_OPTIONS } from './serverless-cli.ts';

const HELP = `Checks a stage of infra/stages/stages.yml and the roles, and writes the CloudFormation template and one zip per function.
It needs neither AWS credentials nor a network.

  npm run package -- [--stage STAGE] [options of the Serverless CLI]

  --stage STAGE        the stage, "example" unless given
  --param NAME=VALUE   a parameter that wins over the stage's own; may be repeated
  --package DIR        the directory to write to, .serverless of the project unless given; an earlier package in it is replaced
  --minify-template    write the template without white space
  --verbose            say more
  --help               this text

docs/configuration.md describes all parameters.
Exit code: 0 packaged, 1 failed, 2 wrong usage.`;

async function run({ values, positionals }: Arguments<typeof SERVERLESS_OPTIONS>): Promise<number> {
  assertNoMore(positionals);
  assertPassable(values);
  const stage = values.stage ?? 'example';
  const stages = await readStages();
  if (!Object.hasOwn(stages, stage)) throw new UsageError(unknownStage(stage, Object.keys(stages)));
  assertRegionOf(stage, values.region, parametersOf(stages, stage, values.param)['region']);
  checkStage(stages, stage, values.param);
  const directory = values.package === undefined ? join(ROOT, '.serverless') : resolvePath(values.package);
  if (values.package !== undefined) await assertReplaceable(directory);
  if (!(await runServerless('package', { ...values, stage }))) return 1;
  console.log(`Written for stage ${stage}:\n${await describePackage(directory, resolvePath('.'))}`);
  console.log(`Next: ${nextStep(stage, values.package)}`);
  return 0;
}

await runCommandLine({ help: HELP, options: SERVERLESS_OPTIONS, runsWithoutArguments: true, run });
