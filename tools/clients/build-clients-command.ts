import { assertNoMore, type Arguments } from '../cli/arguments.ts';
import { runCommandLine } from '../cli/command.ts';
import { buildClients, buildConsoleFiles } from './build-clients.ts';

const HELP = `Builds the package of the TypeScript client, clients/typescript/dist, and the files of the
console, clients/console/dist. It checks the types of both.

  npm run build:clients

Exit code: 0 done, 1 failed, 2 wrong usage.`;

async function run({ positionals }: Arguments<Record<string, never>>): Promise<number> {
  assertNoMore(positionals);
  await buildClients();
  console.log('clients/typescript/dist: written');
  const bytes = await buildConsoleFiles();
  console.log(`clients/console/dist: written, ${(bytes / 1000).toFixed(1)} KB as it is sent`);
  return 0;
}

await runCommandLine({ help: HELP, options: {}, runsWithoutArguments: true, run });
