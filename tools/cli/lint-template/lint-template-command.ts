import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageService, TEMPLATE } from '../../../infra/packaging/package-service.ts';

/*
 * Checks the CloudFormation templates of the example stages with AWS's own linter. cfn-lint is a Python program, which not
 * every machine has: without it, this says so and succeeds, as tests/infra checks what matters in any case.
 *
 * W3005 is left out: the Serverless CLI writes a DependsOn beside references that already imply it.
 */
if (spawnSync('cfn-lint', ['--version']).error) {
  console.log(
    'cfn-lint is not installed here, so the templates were NOT linted. To install it: pip install cfn-lint',
  );
} else {
  for (const stage of ['example', 'example-full']) {
    const workspace = await mkdtemp(join(tmpdir(), 'layermint-lint-'));
    try {
      const packaged = await packageService(workspace, stage);
      const { status } = spawnSync('cfn-lint', ['-i', 'W3005', '--', join(packaged, TEMPLATE)], {
        stdio: 'inherit',
      });
      console.log(`${status === 0 ? 'ok    ' : 'failed'} cfn-lint, template of stage ${stage}`);
      if (status !== 0) process.exitCode = 1;
    } finally {
      await rm(workspace, { recursive: true });
    }
  }
}
