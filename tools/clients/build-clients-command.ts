import { assertNoMore, type Arguments } from '../cli/arguments.ts';
import { runCommandLine } from '../cli/command.ts';
import { buildClients } from './build-clients.ts';

const HELP = `Builds the package of the TypeScript client: clients/typescript/dist.

  npm run build:clients

Exit code: 0 done, 1 failed, 2 wrong usage.`;

async function run({ positionals }: Arguments<Record<string, never>>): Promise<number> {
  assertNoMore(positionals);
  await buildClients();
  console.log('clients/typescript/dist: written');
  return 0;
}

await runCommandLine({ help: HELP, options: {}, runsWithoutArguments: true, run });
