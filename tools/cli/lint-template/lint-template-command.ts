import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkStage } from '../../../infra/packaging/check-stage.ts';
import { packageService, TEMPLATE } from '../../../infra/packaging/package-service.ts';
import { NEVER_DEPLOYED, readStages, unknownStage, type Stages } from '../../../infra/stages/stages.ts';
import { assertNoMore, type Arguments } from '../arguments.ts';
import { runCommandLine } from '../command.ts';
import { UsageError } from '../errors.ts';
import { assertPassable } from '../package/serverless-cli.ts';

const HELP = `Checks CloudFormation templates with AWS's own linter, cfn-lint: those of the example stages, or that of one stage.

  npm run lint:template [-- --stage STAGE]

  --stage STAGE        a stage of infra/stages/stages.yml
  --param NAME=VALUE   with --stage: a parameter that wins over the stage's own; may be repeated
  --help               this text

cfn-lint is a Python program (pip install cfn-lint). If it is missing, the command says so. Without --stage it then succeeds:
tests/template checks the properties that this service needs in any case.
Exit code: 0 no fault, or no cfn-lint and no --stage; 1 a fault, or no cfn-lint; 2 wrong usage.`;

const OPTIONS = {
  stage: { type: 'string', short: 's' },
  param: { type: 'string', multiple: true },
} as const;

/** W3005 is left out: the Serverless CLI writes a DependsOn beside references that already imply it. */
const IGNORED = ['-i', 'W3005'];

async function run({ values, positionals }: Arguments<typeof OPTIONS>): Promise<number> {
  assertNoMore(positionals);
  assertPassable(values);
  const { stage, param = [] } = values;
  const stages = await readStages();
  if (stage === undefined && param.length > 0)
    throw new UsageError('--param goes with --stage (see --help).');
  if (stage !== undefined) assertChecked(stages, stage, param);
  if (spawnSync('cfn-lint', ['--version']).error) {
    console.log(
      'cfn-lint is not installed, so the templates were NOT checked. To install it: pip install cfn-lint',
    );
    return stage === undefined ? 0 : 1;
  }
  let exitCode = 0;
  for (const name of stage === undefined ? examplesIn(stages) : [stage]) {
    const passed = await lint(name, param);
    console.log(`${passed ? 'ok    ' : 'failed'} cfn-lint, template of stage ${name}`);
    if (!passed) exitCode = 1;
  }
  return exitCode;
}

/** @throws UsageError if there is no such stage; StageError if its parameters are faulty */
function assertChecked(stages: Stages, stage: string, param: readonly string[]): void {
  const names = Object.keys(stages).filter((name) => name !== 'default');
  if (!names.includes(stage)) throw new UsageError(unknownStage(stage, names));
  checkStage(stages, stage, param);
}

const examplesIn = (stages: Stages): string[] =>
  Object.keys(stages).filter((name) => name.startsWith('example') && NEVER_DEPLOYED.includes(name));

async function lint(stage: string, parameters: readonly string[]): Promise<boolean> {
  const workspace = await mkdtemp(join(tmpdir(), 'layermint-lint-'));
  try {
    const template = join(await packageService(workspace, stage, parameters), TEMPLATE);
    return spawnSync('cfn-lint', [...IGNORED, '--', template], { stdio: 'inherit' }).status === 0;
  } finally {
    await rm(workspace, { recursive: true });
  }
}

await runCommandLine({ help: HELP, options: OPTIONS, runsWithoutArguments: true, run });
