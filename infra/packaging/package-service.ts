import { execFile } from 'node:child_process';
import { copyFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The template that a deployment hands to CloudFormation, in the directory that packaging fills. */
export const TEMPLATE = 'cloudformation-template-update-stack.json';

/**
 * Packages the service outside the project's directory, so that several packagings can run at once. (The Serverless CLI and
 * serverless-esbuild work in `.serverless` and `.esbuild` of their working directory.)
 *
 * @param workspace - an empty directory; the service is linked into it
 * @param stage - a stage of infra/stages/stages.yml
 * @param parameters - stage parameters that win over the stage's own, `NAME=VALUE` each
 * @returns the path of the directory that holds the template and one zip per function
 * @throws PackagingError with the output of the Serverless CLI
 */
export async function packageService(
  workspace: string,
  stage: string,
  parameters: readonly string[] = [],
): Promise<string> {
  for (const entry of ['functions', 'infra', 'lib', 'node_modules', 'package.json']) {
    await symlink(join(root, entry), join(workspace, entry));
  }
  // The CLI refuses a link in place of its own file.
  await copyFile(join(root, 'serverless.yml'), join(workspace, 'serverless.yml'));

  const cli = createRequire(import.meta.url).resolve('osls/bin/serverless.js');
  const options = parameters.flatMap((parameter) => ['--param', parameter]);
  await new Promise<void>((resolve, reject) => {
    const process_ = execFile(
      process.execPath,
      [cli, 'package', '--stage', stage, ...options],
      { cwd: workspace },
      (error, stdout, stderr) => {
        if (error) reject(new PackagingError(stage, stdout + stderr));
        else resolve();
      },
    );
    process_.stdin?.end();
  });
  return join(workspace, '.serverless');
}

/** The Serverless CLI refused to package. The message holds its output. */
export class PackagingError extends Error {
  override readonly name = 'PackagingError';

  constructor(stage: string, output: string) {
    super(`Stage "${stage}" does not package:\n${output}`);
  }
}
