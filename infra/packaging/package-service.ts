import { execFile } from 'node:child_process';
import { copyFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The template that a deployment hands to CloudFormation, in the directory that packaging fills. */
export const TEMPLATE = 'cloudformation-template-update-stack.json';

/**
 * Packages the service as `npm run package` does, but away from the project's directory, so that several can run at once. (The
 * Serverless CLI and serverless-esbuild work in `.serverless` and `.esbuild` of the directory that they run in.)
 *
 * @param workspace - an empty directory; the service is linked into it
 * @param stage - a stage of infra/stages/stages.yml
 * @param parameters - stage parameters that win over the stage's own, `name=value` each
 * @returns the path of the directory that holds the template and one zip per function
 * @throws PackagingError with what the Serverless CLI printed
 */
export async function packageService(
  workspace: string,
  stage: string,
  parameters: readonly string[] = [],
): Promise<string> {
  for (const entry of ['functions', 'infra', 'lib', 'node_modules', 'package.json']) {
    await symlink(join(root, entry), join(workspace, entry));
  }
  // The CLI takes no link for its own file.
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

/** The Serverless CLI refused to package; the message is what it printed. */
export class PackagingError extends Error {
  override readonly name = 'PackagingError';

  constructor(stage: string, output: string) {
    super(`Stage "${stage}" does not package:\n${output}`);
  }
}
