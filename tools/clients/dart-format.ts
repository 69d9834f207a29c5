import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format } from '@wasm-fmt/dart_fmt/node';
import { parse } from 'yaml';

/** Folders with sources of others, or with results of a build. */
const LEFT_OUT = ['node_modules', '.git', '.dart_tool', 'build', '.serverless', '.esbuild'];

/** A Dart file after the formatter has read it. */
export type DartFile =
  | { readonly file: string; readonly state: 'formatted' }
  | { readonly file: string; readonly state: 'unformatted'; readonly formatted: string }
  /** `errors` has a line for each place that does not parse: "3:1 Expected to find ')'." */
  | { readonly file: string; readonly state: 'broken'; readonly errors: readonly string[] };

/** Lists the Dart files under a folder, relative to it and sorted. Dependencies and results of builds are left out. */
export const dartFiles = (root: string): string[] =>
  globSync('**/*.dart', {
    cwd: root,
    exclude: (path) => LEFT_OUT.some((folder) => path === folder || path.endsWith(`/${folder}`)),
  }).sort();

/**
 * Parses and formats one Dart file as `dart format` does. The language version decides both the syntax and the style. It is the
 * lower bound of `environment.sdk` in the pubspec.yaml of the file's package.
 *
 * @param root - absolute path of the repository
 * @param file - path of the file in it
 * @throws {Error} if no folder above the file has a pubspec.yaml with such a bound
 */
export function readDartFile(root: string, file: string): DartFile {
  const source = readFileSync(join(root, file), 'utf8');
  const version = languageVersion(root, file);
  let formatted: string;
  try {
    formatted = format(source, file, { language_version: version });
  } catch (error) {
    return { file, state: 'broken', errors: syntaxErrors(error, file) };
  }
  return formatted === source ? { file, state: 'formatted' } : { file, state: 'unformatted', formatted };
}

/** Says in one line per fault how to correct a file. The list is empty if the file is right. */
export function faults(read: DartFile): string[] {
  switch (read.state) {
    case 'formatted':
      return [];
    case 'unformatted':
      return [`${read.file} is not formatted: run \`npm run format\``];
    case 'broken':
      return read.errors.map((error) => `${read.file}:${error}`);
  }
}

function languageVersion(root: string, file: string): string {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const pubspec = join(root, folder, 'pubspec.yaml');
    if (existsSync(pubspec)) {
      const found = /(\d+)\.(\d+)/.exec(sdkOf(parse(readFileSync(pubspec, 'utf8'))));
      if (found === null)
        throw new Error(`${pubspec} needs environment.sdk with a lower bound, like ^3.7.0.`);
      return `${found[1] ?? ''}.${found[2] ?? ''}.0`;
    }
    if (folder === '.')
      throw new Error(`${file} belongs to no package: no folder above it has a pubspec.yaml.`);
  }
}

function sdkOf(pubspec: unknown): string {
  if (typeof pubspec !== 'object' || pubspec === null || !('environment' in pubspec)) return '';
  const { environment } = pubspec;
  if (typeof environment !== 'object' || environment === null || !('sdk' in environment)) return '';
  return typeof environment.sdk === 'string' ? environment.sdk : '';
}

/** Reads the positions from the formatter's message. Any other error is not a fault of the file, and is thrown. */
function syntaxErrors(error: unknown, file: string): string[] {
  const message = error instanceof Error ? error.message : String(error);
  const errors = message.split('\n').flatMap((line) => {
    const found = /^line (\d+), column (\d+) of (.+?\.dart): (.*)$/.exec(line);
    return found === null ? [] : [`${found[1] ?? ''}:${found[2] ?? ''} ${found[4] ?? ''}`];
  });
  if (errors.length === 0) throw new Error(`The formatter failed on ${file}: ${message}`, { cause: error });
  return errors;
}
