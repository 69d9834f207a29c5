import { checkStage } from '../../../infra/packaging/check-stage.ts';
import { readStages, unknownStage } from '../../../infra/stages/stages.ts';
import { policiesOfStage } from '../../../infra/deployer/stage-policies.ts';
import { assertNoMore, type Arguments } from '../arguments.ts';
import { runCommandLine } from '../command.ts';
import { UsageError } from '../errors.ts';

const DOCUMENTS = ['deployer', 'resources'] as const;

const HELP = `Prints an IAM policy with the rights to deploy, update and remove a stage. It is made from the stage's packaged template,
and needs neither AWS credentials nor a network.

  npm run --silent policy -- --stage STAGE [--document DOCUMENT]

  --stage STAGE        a stage of infra/stages/stages.yml
  --document DOCUMENT  deployer: the rights on the stack and on the bucket of the zips (the default)
                       resources: the rights on the resources of the stack, for the stage's deploymentRoleArn, or
                       for the deployer too if the stage has none
  --help               this text

docs/configuration.md, "The rights to deploy", says how to use it. Exit code: 0 done, 1 failed, 2 wrong usage.`;

const OPTIONS = {
  stage: { type: 'string', short: 's' },
  document: { type: 'string', default: 'deployer' },
} as const;

async function run({ values, positionals }: Arguments<typeof OPTIONS>): Promise<number> {
  assertNoMore(positionals);
  const { stage, document } = values;
  const wanted = DOCUMENTS.find((name) => name === document);
  if (wanted === undefined) throw new UsageError(`--document must be one of ${DOCUMENTS.join(', ')}.`);
  const stages = await readStages();
  if (stage === undefined) throw new UsageError('--stage STAGE is required.');
  if (!Object.hasOwn(stages, stage)) throw new UsageError(unknownStage(stage, Object.keys(stages)));
  checkStage(stages, stage);
  console.log(JSON.stringify((await policiesOfStage(stage))[wanted], undefined, 2));
  return 0;
}

await runCommandLine({ help: HELP, options: OPTIONS, runsWithoutArguments: false, run });
