import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { parse } from 'yaml';
import { dartFiles } from './dart-format.ts';
import { declaredNames, declaredTypes, readDart, usedNames } from './dart-names.ts';

/** Names of the SDK's libraries that code must import. Those of dart:core need no import. */
const LIBRARIES: Readonly<Record<string, readonly string[]>> = {
  'dart:async': [
    'Completer',
    'FutureOr',
    'StreamController',
    'StreamSubscription',
    'Timer',
    'Zone',
    'runZonedGuarded',
    'scheduleMicrotask',
    'unawaited',
  ],
  'dart:convert': ['base64', 'base64Decode', 'base64Url', 'json', 'jsonDecode', 'jsonEncode', 'utf8'],
  'dart:io': ['Directory', 'File', 'Platform', 'stderr', 'stdout', 'exitCode'],
  'dart:math': ['Random', 'max', 'min', 'pow'],
};

/** Names above that are common as names of variables and members, so that their use proves nothing. */
const AMBIGUOUS = ['json'];

interface Library {
  readonly file: string;
  readonly code: string;
  readonly imports: readonly string[];
  readonly exports: readonly string[];
}

/** The folders of the packages of a repository, by the names of the packages. */
export type Packages = ReadonlyMap<string, string>;

/** Finds all Dart packages under a folder of the repository. */
export function dartPackages(root: string, under: string): Packages {
  const folders = globSync('**/pubspec.yaml', { cwd: join(root, under) }).map((file) =>
    join(under, dirname(file)),
  );
  return new Map(folders.map((folder) => [pubspecOf(root, folder).name ?? folder, folder]));
}

interface Pubspec {
  readonly name?: string;
  readonly dependencies?: Readonly<Record<string, unknown>> | null;
  readonly dev_dependencies?: Readonly<Record<string, unknown>> | null;
}

const pubspecOf = (root: string, folder: string): Pubspec =>
  parse(readFileSync(join(root, folder, 'pubspec.yaml'), 'utf8')) as Pubspec;

/**
 * Lists faults of a package's imports that a compiler would report: a file that does not exist, a package that the pubspec does not
 * name, an import that is not used, and a name of this repository or of the SDK that no import brings.
 *
 * @param root - absolute path of the repository
 * @param folder - the package's folder in it
 * @param packages - the packages of the repository, whose files are read too
 */
export function importFaults(root: string, folder: string, packages: Packages): string[] {
  const read = reader(root, packages);
  const inner = [...packages.values()].filter((other) => other.startsWith(`${folder}/`));
  const files = dartFiles(join(root, folder))
    .map((file) => join(folder, file))
    .filter((file) => !inner.some((other) => file.startsWith(`${other}/`)));
  const known = [...namesOfPackages(read, packages), ...Object.values(LIBRARIES).flat()];
  return files.flatMap((file) => {
    const library = read(file);
    return [
      ...missingFiles(root, library, packages),
      ...missingPackages(root, folder, library),
      ...importsAgainstUse(library, read, packages, known),
    ].map((fault) => `${file}: ${fault}`);
  });
}

/** Reads libraries once. */
function reader(root: string, packages: Packages): (file: string) => Library {
  const libraries = new Map<string, Library>();
  return (file) => {
    const known = libraries.get(file);
    if (known !== undefined) return known;
    const path = join(root, file);
    const source = existsSync(path) ? readFileSync(path, 'utf8') : '';
    const paths = (kind: string): string[] =>
      [...source.matchAll(new RegExp(`^${kind} '([^']+)'`, 'gm'))].map(([, path = '']) => path);
    const library: Library = {
      file,
      code: readDart(source).code,
      imports: paths('import'),
      exports: paths('export').map((path) => fileOf(file, path, packages) ?? path),
    };
    libraries.set(file, library);
    return library;
  };
}

/** Finds the file of an import in this repository. Returns undefined for other packages and for the SDK. */
function fileOf(importer: string, path: string, packages: Packages): string | undefined {
  if (path.startsWith('dart:')) return undefined;
  const found = /^package:(\w+)\/(.+)$/.exec(path);
  if (found === null) return normalize(join(dirname(importer), path));
  const folder = packages.get(found[1] ?? '');
  return folder === undefined ? undefined : join(folder, 'lib', found[2] ?? '');
}

function missingFiles(root: string, { file, imports, exports }: Library, packages: Packages): string[] {
  const files = [...imports.map((path) => fileOf(file, path, packages)), ...exports];
  return files
    .filter((path) => path !== undefined)
    .filter((path) => !path.startsWith('package:') && !existsSync(join(root, path)))
    .map((path) => `${path} does not exist`);
}

function missingPackages(root: string, folder: string, { file, imports }: Library): string[] {
  const { name, dependencies, dev_dependencies: forDevelopment } = pubspecOf(root, folder);
  const isShipped = file.startsWith(join(folder, 'lib/'));
  const allowed = [
    name,
    ...Object.keys(dependencies ?? {}),
    ...(isShipped ? [] : Object.keys(forDevelopment ?? {})),
  ];
  return imports
    .map((path) => /^package:(\w+)\//.exec(path)?.[1])
    .filter((it) => it !== undefined)
    .filter((it) => !allowed.includes(it))
    .map((it) => `pubspec.yaml does not name the package ${it} ${isShipped ? 'as a dependency' : ''}`.trim());
}

function importsAgainstUse(
  library: Library,
  read: (file: string) => Library,
  packages: Packages,
  known: readonly string[],
): string[] {
  const used = usedNames(library.code);
  const own = new Set(declaredNames(library.code));
  const brought = library.imports.map((path) => {
    const file = fileOf(library.file, path, packages);
    return { path, names: file === undefined ? LIBRARIES[path] : publicNames(file, read) };
  });
  const reachable = new Set(brought.flatMap(({ names }) => names ?? []));
  const unused = brought
    .filter(({ names }) => names?.every((name) => !used.has(name)))
    .map(({ path }) => `imports ${path} and uses nothing of it`);
  const missing = [...new Set(known)]
    .filter((name) => used.has(name) && !own.has(name) && !reachable.has(name) && !AMBIGUOUS.includes(name))
    .filter((name) => !declaresLocally(library.code, name))
    .map((name) => `uses ${name} without an import that brings it`);
  return [...unused, ...missing];
}

/** Tells if a name is a member, a parameter or a variable of the library. */
const declaresLocally = (code: string, name: string): boolean =>
  new RegExp(
    String.raw`^ +${name}[,;(]|[\w>?)] (?:get )?${name}(?: =|;|,|\)|\(|\)?:| =>)|\b${name}:|this\.${name}\b`,
    'm',
  ).test(code);

/** Lists the names that a file brings to its importer, with those of the files that it exports. */
function publicNames(file: string, read: (file: string) => Library): string[] {
  const { code, exports } = read(file);
  return [
    ...declaredNames(code).filter((name) => !name.startsWith('_')),
    ...exports.flatMap((path) => (path.startsWith('package:') ? [] : publicNames(path, read))),
  ];
}

function namesOfPackages(read: (file: string) => Library, packages: Packages): string[] {
  return [...packages].flatMap(([name, folder]) =>
    libraryFiles(join(folder, 'lib', `${name}.dart`), read).flatMap((file) =>
      declaredNames(read(file).code).filter((name) => !name.startsWith('_')),
    ),
  );
}

/** Follows the exports of a package's main library, and the imports of its files. */
function libraryFiles(main: string, read: (file: string) => Library): string[] {
  const found = new Set<string>();
  const visit = (file: string): void => {
    if (found.has(file)) return;
    found.add(file);
    const { imports, exports } = read(file);
    const relative = imports.filter((path) => !/^(?:dart|package):/.test(path));
    for (const path of relative) visit(normalize(join(dirname(file), path)));
    for (const path of exports) if (!path.startsWith('package:')) visit(path);
  };
  visit(main);
  return [...found];
}

/** Lists the public types of a package's lib/src that no library of lib exports. */
export function unexportedTypes(root: string, folder: string): string[] {
  const read = reader(root, new Map());
  const files = dartFiles(join(root, folder)).map((file) => join(folder, file));
  const exported = new Set(
    files.filter((file) => dirname(file) === join(folder, 'lib')).flatMap((file) => read(file).exports),
  );
  return files
    .filter((file) => file.startsWith(join(folder, 'lib/src/')) && !exported.has(file))
    .flatMap((file) => declaredTypes(read(file).code).map((name) => `${file}: ${name}`));
}
