import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { runCommand, UsageError } from './command.ts';

const HELP = `Deploys a stage of infra/stages.yml into the AWS account of your credentials.

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

/** The value of `--stage`, given as `--stage NAME`, `--stage=NAME`, `-s NAME`. */
function stageOf(args: readonly string[]): string | undefined {
  for (const [index, argument] of args.entries()) {
    if (argument === '--stage' || argument === '-s') return args[index + 1];
    if (argument.startsWith('--stage=')) return argument.slice('--stage='.length);
  }
  return undefined;
}

/** Runs the Serverless CLI, which checks the stage (infra/packaging/plugin.ts) before it does anything. */
async function deploy(args: readonly string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    console.log(HELP);
    return 0;
  }
  const stage = stageOf(args);
  if (!stage) throw new UsageError(`--stage is required: which stage of infra/stages.yml?\n\n${HELP}`);

  const cli = createRequire(import.meta.url).resolve('osls/bin/serverless.js');
  const root = fileURLToPath(new URL('../../', import.meta.url));
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
