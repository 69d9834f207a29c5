import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageService, TEMPLATE } from '../../../infra/packaging/package-service.ts';
import { assertNoMore, type Arguments } from '../arguments.ts';
import { runCommandLine } from '../command.ts';

const HELP = `Checks the CloudFormation templates of the stages example, example-full and example-gradual with AWS's own linter, cfn-lint.

  npm run lint:template

cfn-lint is a Python program (pip install cfn-lint). If it is missing, the command says so and succeeds: tests/template checks the
properties that this service needs in any case.
Exit code: 0 no fault or no cfn-lint, 1 a fault, 2 wrong usage.`;

/** W3005 is left out: the Serverless CLI writes a DependsOn beside references that already imply it. */
const IGNORED = ['-i', 'W3005'];

async function run({ positionals }: Arguments<Record<string, never>>): Promise<number> {
  assertNoMore(positionals);
  if (spawnSync('cfn-lint', ['--version']).error) {
    console.log(
      'cfn-lint is not installed, so the templates were NOT checked. To install it: pip install cfn-lint',
    );
    return 0;
  }
  let exitCode = 0;
  for (const stage of ['example', 'example-full', 'example-gradual']) {
    const passed = await lint(stage);
    console.log(`${passed ? 'ok    ' : 'failed'} cfn-lint, template of stage ${stage}`);
    if (!passed) exitCode = 1;
  }
  return exitCode;
}

async function lint(stage: string): Promise<boolean> {
  const workspace = await mkdtemp(join(tmpdir(), 'layermint-lint-'));
  try {
    const template = join(await packageService(workspace, stage), TEMPLATE);
    return spawnSync('cfn-lint', [...IGNORED, '--', template], { stdio: 'inherit' }).status === 0;
  } finally {
    await rm(workspace, { recursive: true });
  }
}

await runCommandLine({ help: HELP, options: {}, runsWithoutArguments: true, run });
