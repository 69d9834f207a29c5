import { buildConsole } from './build-console.ts';

/** The built files of the console. In a deployed function, build-console.ts has put their content in the place of this module. */
export const CONSOLE_FILES = await buildConsole();
