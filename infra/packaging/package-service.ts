import { execFile } from 'node:child_process';
import { copyFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The file name of the template for CloudFormation, in the directory of the package. */
export const TEMPLATE = 'cloudformation-template-update-stack.json';

/**
 * Packages the service as `npm run package` does, but in another directory, so that several packagings can run at once. (The
 * Serverless CLI and serverless-esbuild write to `.serverless` and `.esbuild` of the current directory.)
 *
 * @param workspace - an empty directory; the service is linked into it
 * @param stage - a stage of infra/stages/stages.yml
 * @param parameters - stage parameters, each `name=value`, which override the stage's own
 * @returns the path of the directory that holds the template and one zip per function
 * @throws PackagingError with the Serverless CLI's output
 */
export async function packageService(
  workspace: string,
  stage: string,
  parameters: readonly string[] = [],
): Promise<string> {
  for (const entry of ['clients', 'functions', 'infra', 'lib', 'node_modules', 'package.json']) {
    await symlink(join(root, entry), join(workspace, entry));
  }
  // The CLI does not accept a link to its own file.
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

/** The Serverless CLI refused to package. The message has its output. */
export class PackagingError extends Error {
  override readonly name = 'PackagingError';

  constructor(stage: string, output: string) {
    super(`Stage "${stage}" does not package:\n${output}`);
  }
}
