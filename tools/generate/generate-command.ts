import { writeFile } from 'node:fs/promises';
import { assertNoMore, type Arguments } from '../cli/arguments.ts';
import { runCommandLine } from '../cli/command.ts';
import { compare, GENERATED_FILES } from './generated-files.ts';

const HELP = `Writes the files, or the parts of files, that are generated from the code:

${GENERATED_FILES.map(({ path }) => `  ${path}`).join('\n')}

  npm run generate

docs/openapi.json has a command of its own, npm run openapi. Exit code: 0 done, 1 failed, 2 wrong usage.`;

async function run({ positionals }: Arguments<Record<string, never>>): Promise<number> {
  assertNoMore(positionals);
  for (const file of GENERATED_FILES) {
    const { url, is, shouldBe } = await compare(file);
    if (is !== shouldBe) await writeFile(url, shouldBe);
    console.log(`${file.path}: ${is === shouldBe ? 'unchanged' : 'written'}`);
  }
  return 0;
}

await runCommandLine({ help: HELP, options: {}, runsWithoutArguments: true, run });
