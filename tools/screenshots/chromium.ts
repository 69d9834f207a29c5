import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Browser } from 'playwright-core';

/** The names of the program: Debian's, and those of other systems. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Finds Chromium: the path in the variable CHROMIUM, else the first program of a known name on the PATH. Undefined without one. */
export function chromiumPath(): string | undefined {
  const { CHROMIUM: given, PATH = '' } = process.env;
  const found = PATH.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return (given === undefined ? found : [given]).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Starts Chromium without a window. The caller closes it.
 *
 * @param keepsLeftPages - the button "Back" shows a page as it was left, as for people. Playwright switches that off
 * @throws Error if it is not installed
 */
export async function launchChromium({ keepsLeftPages = false } = {}): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === undefined) throw new Error('Chromium is not installed (apt-get install chromium)');
  // Loaded only here: the command that runs tests asks for the path alone.
  const { chromium } = await import('playwright-core');
  return chromium.launch({
    executablePath,
    ...(keepsLeftPages && { ignoreDefaultArgs: ['--disable-back-forward-cache'] }),
    // Without a sandbox, it also runs as root, as in a container. It opens only pages of this machine.
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
  });
}
