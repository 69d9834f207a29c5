import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assertNoMore, type Arguments } from '../cli/arguments.ts';
import { printLine, runCommandLine } from '../cli/command.ts';
import { dartFiles, faults, readDartFile } from './dart-format.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const HELP = `Parses every Dart file of the repository and checks its format. \`npm run lint\` and \`npm run format\` run it. It needs
no Dart SDK.

  node tools/clients/dart-format-command.ts [--write]

  --write   writes the files that are not formatted
  --help    this text

Exit code: 0 all files are right, 1 a file does not parse or is not formatted, 2 wrong usage.`;

const OPTIONS = { write: { type: 'boolean', default: false } } as const;

function run({ values, positionals }: Arguments<typeof OPTIONS>): Promise<number> {
  assertNoMore(positionals);
  let wrong = 0;
  for (const file of dartFiles(ROOT)) {
    const read = readDartFile(ROOT, file);
    if (values.write && read.state === 'unformatted') {
      writeFileSync(join(ROOT, file), read.formatted);
      printLine(`${file} written`);
      continue;
    }
    for (const fault of faults(read)) {
      wrong += 1;
      printLine(fault);
    }
  }
  return Promise.resolve(wrong === 0 ? 0 : 1);
}

await runCommandLine({ help: HELP, options: OPTIONS, runsWithoutArguments: true, run });
