import { asksForHelp, readArguments, type Arguments, type OptionTable } from './arguments.ts';
import { UsageError } from './errors.ts';

/** The option that every command has. */
const HELP_OPTION = { help: { type: 'boolean', short: 'h' } } as const;

/** A command of `npm run`. */
export interface Command<Options extends OptionTable> {
  /** The text that `--help` prints. */
  readonly help: string;
  /** All options but `--help`. */
  readonly options: Options;
  /** True if a call without any argument does something useful; otherwise it prints the help text. */
  readonly runsWithoutArguments: boolean;
  /** @returns the exit code */
  readonly run: (line: Arguments<Options>) => Promise<number>;
}

/**
 * Runs a command with the arguments of this process. `--help` prints the help text to standard output and exits with 0. A call
 * without arguments, if the command needs some, prints it to standard error and exits with 2.
 */
export async function runCommandLine<const Options extends OptionTable>(
  command: Command<Options>,
): Promise<void> {
  const args = process.argv.slice(2);
  await runCommand(async () => {
    if (asksForHelp(args)) {
      console.log(command.help);
      return 0;
    }
    const line = readArguments({ ...command.options, ...HELP_OPTION }, args, process.env);
    if (args.length === 0 && !command.runsWithoutArguments) {
      console.error(command.help);
      return 2;
    }
    return command.run(line);
  });
}

/**
 * Runs a command's main function. An error becomes one line on standard error and an exit code: 2 after a wrong call, 1 after a
 * failure.
 *
 * @param run - returns the exit code
 */
export async function runCommand(run: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await run();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    console.error(printable(error.message));
    process.exitCode = error instanceof UsageError || isArgumentError(error) ? 2 : 1;
  }
}

/**
 * Makes control characters visible, except line breaks. Texts from elsewhere (file names, arguments, answers) can hold escape
 * sequences, and a terminal obeys them.
 */
export const printable = (message: string): string =>
  message.replace(
    /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g,
    (character) => String.raw`\x` + character.charCodeAt(0).toString(16).padStart(2, '0'),
  );

/** Prints a line that can quote answers of other systems. */
export const printLine = (line: string): void => {
  console.log(printable(line));
};

/** The characters that turn the direction of writing (Unicode Bidi_Control), and the separators of lines and paragraphs. */
const TURNING = /[\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;

/**
 * Makes a text printable on one line: a line break in an answer that is quoted could fake the next line of the command, and a name that
 * turns the direction of writing could show the rest of its line in another order.
 */
export const onOneLine = (text: string): string =>
  printable(text)
    .replaceAll('\n', ' ')
    .replace(TURNING, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);

/**
 * Quotes a name that somebody else chose, as JSON does. White space shows, and so do characters without a width and those that turn the
 * direction of writing. A name such as `bob as reader; given by alice` cannot read like words of the command.
 */
export function quoted(name: string): string {
  return onOneLine(JSON.stringify(name)).replace(
    /[\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** The names that read as one word: no blank, and no mark that the sentences of a command use between their parts. */
const ONE_WORD = /^[A-Za-z0-9](?:[A-Za-z0-9._@|~+=/:-]*[A-Za-z0-9_@|~+=/-])?$/;

/** Quotes a name as {@link quoted} does, unless it reads as one word. */
export function named(name: string): string {
  return ONE_WORD.test(name) ? name : quoted(name);
}

/** Recognises an error of `parseArgs` of node:util. */
const isArgumentError = (error: Error): boolean =>
  'code' in error && typeof error.code === 'string' && error.code.startsWith('ERR_PARSE_ARGS');
