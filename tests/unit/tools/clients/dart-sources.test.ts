import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { dartFiles } from '../../../../tools/clients/dart-format.ts';
import { readDart } from '../../../../tools/clients/dart-names.ts';
import { dartPackages, importFaults, unexportedTypes } from '../../../../tools/clients/dart-sources.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const PACKAGE = 'clients/dart';
const TYPESCRIPT = 'clients/typescript/src';
const SCHEMA = 'clients/scenarios/scenario.schema.json';

/** The files of the TypeScript client without a Dart file of the same name, each with the reason. */
const WITHOUT_MIRROR: Readonly<Record<string, string>> = {
  'index.ts': 'is lib/layermint.dart',
  'viewer.ts': 'is for the Web SDK; clients/flutter is its counterpart',
};

/** Types of lib/src that apps do not see. */
const INTERNAL = [
  'Answer',
  'CallerToken',
  'Entry',
  'Flight',
  'Flights',
  'Gate',
  'HeldToken',
  'Leave',
  'Passenger',
  'Renewal',
  'Run',
  'Sender',
  'Waiter',
  'Watch',
];

const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const sources = dartFiles(join(ROOT, PACKAGE)).map((file) => join(PACKAGE, file));
const textsIn = (files: readonly string[]): string[] => files.flatMap((file) => readDart(textOf(file)).texts);

const packages = dartPackages(ROOT, 'clients');

test.each([...packages])(
  'Every import of the package %s exists, is allowed by its pubspec.yaml, is needed and is enough',
  (_name, folder) => {
    expect(importFaults(ROOT, folder, packages)).toEqual([]);
  },
);

test('Every public type of the Dart package is exported, or known to be internal', () => {
  const types = unexportedTypes(ROOT, PACKAGE).map((line) => line.split(': ')[1]);
  expect(types.toSorted()).toEqual(INTERNAL);
});

test('Every file of the TypeScript client has a Dart file of its name', () => {
  const withoutMirror = globSync('**/*.ts', { cwd: join(ROOT, TYPESCRIPT) }).filter(
    (file) =>
      !existsSync(join(ROOT, PACKAGE, 'lib/src', file.replaceAll('-', '_').replace(/\.ts$/, '.dart'))),
  );
  expect(withoutMirror.toSorted()).toEqual(Object.keys(WITHOUT_MIRROR).toSorted());
});

test('The Dart package knows every error code of the scenarios, and no other', () => {
  const { definitions } = JSON.parse(textOf(SCHEMA)) as {
    definitions: { error: { properties: { code: { enum: string[] } } } };
  };
  const code = textOf(`${PACKAGE}/lib/src/errors.dart`);
  const codes = [...code.matchAll(/String get code => '([^']+)';/g)].map(([, it]) => it);
  expect(codes.toSorted()).toEqual(definitions.error.properties.code.enum.toSorted());
});

test('The Dart package reports every event type of the TypeScript client', () => {
  const [, union = ''] =
    /readonly type:([^;]+);/.exec(
      textOf(`${TYPESCRIPT}/source-types.ts`).replaceAll(/\/\*\*.*?\*\//gs, ''),
    ) ?? [];
  const types = [...union.matchAll(/'([a-z-]+)'/g)].map(([, it]) => it ?? '');
  expect(types.length).toBeGreaterThan(5);
  expect(textsIn([`${PACKAGE}/lib/src/source_types.dart`])).toEqual(expect.arrayContaining(types));
});

test('The Dart runner knows every step and every member of the scenarios', () => {
  const known = new Set(textsIn(sources.filter((file) => file.startsWith(`${PACKAGE}/test/`))));
  const { definitions, properties } = JSON.parse(textOf(SCHEMA)) as {
    definitions: Record<string, { oneOf?: { properties: object }[]; properties?: object }>;
    properties: { source: { properties: object } };
  };
  const members = [
    properties.source,
    ...(definitions['step']?.oneOf ?? []),
    definitions['expectedRequest'],
  ].flatMap((it) => Object.keys(it?.properties ?? {}));
  expect(members.length).toBeGreaterThan(30);
  expect(members.filter((member) => !known.has(member))).toEqual([]);
});

test.each([
  ['Token', 'Token', []],
  ['Problem', 'Problem', []],
  ['Revocation', 'Revocation', []],
  // A backend asks for other users. It has its secret, and this package is for apps.
  ['TokenRequest', 'MintRequest', ['grant', 'onBehalfOf']],
])('The Dart class %s has the members of the schema %s', (name, schema, leftOut) => {
  const { components } = JSON.parse(textOf('docs/openapi.json')) as {
    components: { schemas: Record<string, { properties: object }> };
  };
  const code = textOf(`${PACKAGE}/lib/src/api_types.dart`);
  const [, body = ''] = new RegExp(`^final class ${name} \\{(.*?)^\\}`, 'ms').exec(code) ?? [];
  const fields = [...body.matchAll(/^ {2}final [\w<>?]+ (\w+);/gm)].map(([, field = '']) => field);
  const members = Object.keys(components.schemas[schema]?.properties ?? {});
  expect([...fields, ...leftOut].toSorted()).toEqual(members.toSorted());
  const written = [...body.matchAll(/'(\w+)'/g)].map(([, member = '']) => member);
  expect(written).toEqual(expect.arrayContaining(fields));
});

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'layermint-dart-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Writes a package "app" and lists the faults of its imports. */
function faultsOf(files: Readonly<Record<string, string>>): string[] {
  const all = {
    'app/pubspec.yaml': 'name: app\ndependencies:\n  http: ^1.5.0\ndev_dependencies:\n  test: ^1.25.0\n',
    'app/lib/app.dart': "export 'src/a.dart';\n",
    'app/lib/src/a.dart': 'final class Apple {}\n\nclass _Core {}\n',
    ...files,
  };
  for (const [file, text] of Object.entries(all)) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  return importFaults(folder, 'app', new Map([['app', 'app']])).map((fault) =>
    fault.replace(/^\S+: /, (path) => basename(path)),
  );
}

test('An import of a file that does not exist is noticed', () => {
  expect(
    faultsOf({
      'app/lib/app.dart': "export 'src/b.dart';\n",
      'app/test/a_test.dart': "import 'c.dart';\nimport 'package:app/d.dart';\n",
    }).filter((fault) => fault.includes('exist')),
  ).toEqual([
    'app.dart: app/lib/src/b.dart does not exist',
    'a_test.dart: app/test/c.dart does not exist',
    'a_test.dart: app/lib/d.dart does not exist',
  ]);
});

test('A package that pubspec.yaml does not name is noticed, and one for development in lib', () => {
  expect(
    faultsOf({
      'app/lib/src/a.dart':
        "import 'package:http/http.dart';\nimport 'package:path/path.dart';\nimport 'package:test/test.dart';\n",
      'app/test/a_test.dart': "import 'package:test/test.dart';\n",
    }),
  ).toEqual([
    'a.dart: pubspec.yaml does not name the package path as a dependency',
    'a.dart: pubspec.yaml does not name the package test as a dependency',
  ]);
});

test('An import that is not needed is noticed', () => {
  expect(
    faultsOf({
      'app/test/a_test.dart': "import 'dart:convert';\nimport 'package:app/app.dart';\n\nvoid main() {}\n",
    }),
  ).toEqual([
    'a_test.dart: imports dart:convert and uses nothing of it',
    'a_test.dart: imports package:app/app.dart and uses nothing of it',
  ]);
});

test('A name that no import brings is noticed, in an interpolation too, and not in a comment or text', () => {
  expect(
    faultsOf({
      'app/test/a_test.dart':
        "// Timer\nvoid main() {\n  print('Completer ${jsonEncode(<String>['}'])} ${Apple()}');\n  print(r'$min');\n}\n",
    }),
  ).toEqual([
    'a_test.dart: uses Apple without an import that brings it',
    'a_test.dart: uses jsonEncode without an import that brings it',
  ]);
});

test('A name that an exported file brings, and a member or parameter of the same name, is right', () => {
  expect(
    faultsOf({
      'app/test/a_test.dart':
        "import 'package:app/app.dart';\n\nvoid main() {\n  final int max = 1;\n  print('$max ${Apple()}');\n}\n",
    }),
  ).toEqual([]);
});
