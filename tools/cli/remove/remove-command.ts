import { createInterface } from 'node:readline/promises';
import { ofStage, readStages } from '../../../infra/stages/stages.ts';
import { systemClock } from '../../../lib/runtime/clock.ts';
import { assertNoMore, type Arguments } from '../arguments.ts';
import { printLine, runCommandLine } from '../command.ts';
import { assertDeployable } from '../deploy/deployable.ts';
import { UsageError } from '../errors.ts';
import { interruption } from '../interruption.ts';
import { runServerless } from '../package/serverless-cli.ts';

const HELP = `Removes a stage from the AWS account of your credentials. It first says what stays and what goes, and asks for the stage's name.

  npm run remove -- --stage STAGE

  --stage STAGE          the stage
  --confirm STAGE        the stage's name again: do not ask
  --aws-profile PROFILE  the AWS profile to use
  --verbose              say more
  --help                 this text

The deletion policies of the deployed stack decide on the table, the secret and the log groups (parameter deletionPolicy). Document
Engine keeps accepting the stage's tokens until they expire: docs/operations.md, "Remove a stage", tells how to end them first.
Exit code: 0 removed, 1 not removed or not completely, 2 wrong usage.`;

const OPTIONS = {
  stage: { type: 'string', short: 's' },
  confirm: { type: 'string' },
  'aws-profile': { type: 'string' },
  verbose: { type: 'boolean' },
} as const;

async function run({ values, positionals }: Arguments<typeof OPTIONS>): Promise<number> {
  assertNoMore(positionals);
  const { stage, confirm, ...passedOn } = values;
  if (!stage) throw new UsageError('--stage is required: a stage of infra/stages/stages.yml (see --help).');
  const stages = await readStages();
  assertDeployable(
    stage,
    stages,
    'To remove a stage that you took out of infra/stages/stages.yml, put it back first.',
  );
  if (confirm !== undefined && confirm !== stage)
    throw new UsageError(`--confirm names "${confirm}", but --stage names "${stage}".`);
  if (confirm === undefined && !process.stdin.isTTY)
    throw new UsageError(
      `The command asks for the stage's name. Without a terminal, add --confirm ${stage}.`,
    );
  if (passedOn['aws-profile'] !== undefined) process.env['AWS_PROFILE'] = passedOn['aws-profile'];
  // Loaded only here: the AWS clients take longer to load than everything else together.
  const [{ remove }, { readInventory }, { stackOf }] = await Promise.all([
    import('./removal.ts'),
    import('./deployed-inventory.ts'),
    import('../deploy/stage-stack.ts'),
  ]);
  const stack = stackOf(stage, String(ofStage(stages, stage)['region']));
  const signal = interruption();
  return remove({
    ...{ stage, stack, signal, clock: systemClock },
    again: `npm run remove -- --stage ${stage}`,
    readInventory: () => readInventory(stack.name, stack.region),
    ask: () => (confirm === undefined ? typedName() : Promise.resolve(confirm)),
    runServerless: () => runServerless('remove', { stage, ...passedOn }, signal),
    print: printLine,
  });
}

/** Asks on the terminal. The end of input (Ctrl-D) and Ctrl-C answer nothing. */
async function typedName(): Promise<string> {
  const questions = createInterface({ input: process.stdin, output: process.stderr });
  const ended = new Promise<string>((resolve) => {
    questions.once('close', () => {
      resolve('');
    });
  });
  try {
    return (await Promise.race([questions.question("Type the stage's name to remove it: "), ended])).trim();
  } finally {
    questions.close();
  }
}

await runCommandLine({ help: HELP, options: OPTIONS, runsWithoutArguments: false, run });
