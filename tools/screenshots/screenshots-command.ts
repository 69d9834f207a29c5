import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Arguments } from '../cli/arguments.ts';
import { runCommandLine } from '../cli/command.ts';
import { UsageError } from '../cli/errors.ts';
import { resolvePath } from '../cli/files.ts';
import { launchChromium } from './chromium.ts';
import { MOMENTS, PICTURES, tellStory } from './pictures.ts';
import { StillStack } from './still-stack.ts';
import { Visitor } from './visitor.ts';

const HELP = `Takes the pictures of the console for the docs, docs/pictures/*.png. It starts the local stack with a clock that stands still, lets
the demo users act, and opens the sections in Chromium. So a picture changes only if the page does. Look at each picture before you
commit it: git diff --stat docs/pictures

  npm run screenshots [-- options] [NAME …]

  NAME           take the pictures whose names contain it; all unless given
  --out DIR      write to DIR instead of docs/pictures
  --port N       the port of the API, 4747 unless given: the addresses in the pictures have it
  --help         this text

It needs Chromium (Debian: apt-get install chromium), and three free ports from --port on.
Exit code: 0 done, 1 failed, 2 wrong usage.`;

const OPTIONS = { out: { type: 'string' }, port: { type: 'string', default: '4747' } } as const;

async function run({ values, positionals }: Arguments<typeof OPTIONS>): Promise<number> {
  const directory =
    values.out === undefined
      ? fileURLToPath(new URL('../../docs/pictures', import.meta.url))
      : resolvePath(values.out);
  await mkdir(directory, { recursive: true });
  const wanted = PICTURES.filter(
    ({ name }) => positionals.length === 0 || positionals.some((it) => name.includes(it)),
  );
  if (wanted.length === 0)
    throw new UsageError(
      `No picture has such a name. The names are ${PICTURES.map(({ name }) => name).join(', ')}.`,
    );
  const browser = await launchChromium();
  try {
    const stack = await StillStack.start(Number(values.port), MOMENTS.start);
    try {
      await stack.moveTo(MOMENTS.story);
      await tellStory(stack);
      await stack.moveTo(MOMENTS.look);
      for (const picture of wanted) {
        const visitor = await Visitor.signIn(browser, stack.console, picture.user, MOMENTS.look, picture);
        await visitor.open(picture.at);
        await picture.show?.(visitor, stack);
        const png = await visitor.picture(picture);
        await writeFile(join(directory, `${picture.name}.png`), png);
        console.log(`${picture.name}.png  ${Math.ceil(png.length / 1024)} KB`);
      }
    } finally {
      await stack.stop();
    }
  } finally {
    await browser.close();
  }
  return 0;
}

await runCommandLine({ help: HELP, options: OPTIONS, runsWithoutArguments: true, run });
