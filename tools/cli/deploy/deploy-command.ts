import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readStages } from '../../../infra/stages/stages.ts';
import { runCommand, UsageError } from '../command.ts';
import { assertDeployable } from './deployable.ts';

const HELP = `Deploys a stage of infra/stages/stages.yml into the AWS account of your credentials.

  npm run deploy -- --stage STAGE [options of the Serverless CLI]

  --stage STAGE          the stage
  --param NAME=VALUE     a parameter that wins over the stage's own; may be repeated
  --aws-profile PROFILE  the AWS profile to use
  --verbose              say more
  --force                deploy even where nothing has changed
  --help                 this text

The AWS credentials are found as the AWS command line finds them. All parameters are described in docs/configuration.md;
\`npm run package -- --stage STAGE\` checks them, and makes the CloudFormation template and the zips, without any credentials.
Exit code: 0 deployed, 1 failed, 2 wrong usage.`;

/**
 * The options that the Serverless CLI's deploy command takes, and it is given no other: a word or an option that it does not
 * know would not keep it from deploying.
 */
const OPTIONS = {
  stage: { type: 'string', short: 's' },
  param: { type: 'string', multiple: true },
  'aws-profile': { type: 'string' },
  region: { type: 'string', short: 'r' },
  package: { type: 'string', short: 'p' },
  debug: { type: 'string' },
  conceal: { type: 'boolean' },
  force: { type: 'boolean' },
  verbose: { type: 'boolean' },
  'aws-s3-accelerate': { type: 'boolean' },
  'minify-template': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Runs the Serverless CLI, which checks the stage (infra/packaging/plugin.ts) before it does anything. */
async function deploy(args: readonly string[]): Promise<number> {
  const { stage, help } = parseArgs({ args: [...args], options: OPTIONS }).values;
  if (help === true) {
    console.log(HELP);
    return 0;
  }
  if (!stage) throw new UsageError(`--stage is required: which stage of infra/stages/stages.yml?\n\n${HELP}`);
  assertDeployable(stage, await readStages());

  const cli = createRequire(import.meta.url).resolve('osls/bin/serverless.js');
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const serverless = spawn(process.execPath, [cli, 'deploy', ...args], { cwd: root, stdio: 'inherit' });
  const code = await new Promise((resolve, reject) => {
    serverless.once('error', reject).once('exit', resolve);
  });
  if (code !== 0) return 1;
  console.log(
    `\nTo check it from end to end, once it has a signing key: npm run verify -- --stage ${stage} --document ID`,
  );
  return 0;
}

await runCommand(() => deploy(process.argv.slice(2)));
