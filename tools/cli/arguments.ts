import { parseArgs, type ParseArgsConfig } from 'node:util';
import { didYouMean } from '../../lib/runtime/nearest.ts';
import { UsageError } from './errors.ts';

/** The options of a command, as `parseArgs` takes them. */
export type OptionTable = NonNullable<ParseArgsConfig['options']>;

/** The values of the options, and the words beside them in their order. */
export type Arguments<Options extends OptionTable> = ReturnType<
  typeof parseArgs<{ args: string[]; options: Options; allowPositionals: true }>
>;

/**
 * Reads a command line as `parseArgs` does, with a sentence of its own for each mistake.
 *
 * @param environment - of the process; npm leaves the options there that it took for its own
 * @throws UsageError for an unknown option, a missing or superfluous value, and an option that is given twice
 */
export function readArguments<const Options extends OptionTable>(
  options: Options,
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Arguments<Options> {
  const given = optionsIn(args, options);
  for (const option of given) checkOption(option, options);
  const twice = given.find(
    ({ name }, at) => options[name]?.multiple !== true && given.findIndex((it) => it.name === name) < at,
  );
  if (twice !== undefined) throw new UsageError(`${twice.rawName} is given twice.`);
  checkTakenByNpm(options, given, environment);
  return parseArgs({ args: [...args], options, allowPositionals: true });
}

/** Tells if a command line asks for the help text, even if the rest of it is wrong. */
export function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return args.slice(0, end === -1 ? undefined : end).some((arg) => arg === '--help' || arg === '-h');
}

/**
 * Makes the error for a word that a command does not know.
 *
 * @param kind - of word, such as `action`
 * @param known - all words of this kind
 */
export function unknownWord(kind: string, word: string, known: readonly string[]): UsageError {
  const all = ` The ${kind}s are ${known.join(', ')}.`;
  return new UsageError(`There is no ${kind} "${word}".${didYouMean(word, known, (it) => `"${it}"`, all)}`);
}

/** @throws UsageError if there are words that the command has no use for */
export function assertNoMore(words: readonly string[]): void {
  if (words.length > 0) throw new UsageError(`Unexpected argument "${words.join(' ')}" (see --help).`);
}

/** An option on the command line. */
interface GivenOption {
  readonly name: string;
  /** As it was written, with its hyphens. */
  readonly rawName: string;
  readonly value?: string | undefined;
  /** True if the value was written as in `--name=value`. */
  readonly inlineValue?: boolean | undefined;
}

function optionsIn(args: readonly string[], options: OptionTable): GivenOption[] {
  const { tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  return tokens.filter((token) => token.kind === 'option');
}

function checkOption({ name, rawName, value, inlineValue }: GivenOption, options: OptionTable): void {
  const option = options[name];
  if (!Object.hasOwn(options, name) || option === undefined) {
    const known = Object.keys(options);
    throw new UsageError(
      `There is no option ${rawName}.${didYouMean(name, known, (it) => `--${it}`, ' See --help.')}`,
    );
  }
  if (option.type === 'boolean') {
    if (inlineValue === true) throw new UsageError(`${rawName} takes no value.`);
    return;
  }
  if (value === undefined) throw new UsageError(`${rawName} needs a value (see --help).`);
  if (inlineValue !== true && value.length > 1 && value.startsWith('-')) {
    throw new UsageError(
      `${rawName} needs a value. If ${value} is that value, write ${rawName}=${value} instead.`,
    );
  }
}

/** Options of npm itself. If npm has one of them, it need not be meant for the command. */
const OPTIONS_OF_NPM = ['help', 'force', 'yes', 'verbose', 'package'];

/** Without `--` before them, npm keeps options to itself: the command would work on another stage than was asked for. */
function checkTakenByNpm(
  options: OptionTable,
  given: readonly GivenOption[],
  environment: Readonly<Record<string, string | undefined>>,
): void {
  const taken = Object.keys(options).find(
    (name) =>
      environment[`npm_config_${name.replaceAll('-', '_')}`] !== undefined &&
      !OPTIONS_OF_NPM.includes(name) &&
      !given.some((option) => option.name === name),
  );
  if (taken === undefined) return;
  const script = environment['npm_lifecycle_event'] ?? 'SCRIPT';
  throw new UsageError(
    `npm took --${taken} for an option of its own. Write -- before the options: npm run ${script} -- --${taken} …`,
  );
}
