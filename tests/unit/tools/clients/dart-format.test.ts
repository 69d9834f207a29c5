import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { dartFiles, faults, readDartFile } from '../../../../tools/clients/dart-format.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const PUBSPEC = 'name: sample\nenvironment:\n  sdk: ^3.7.0\n';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'layermint-dart-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Writes files into an empty repository, and lists the faults of its Dart files. */
function faultsOf(files: Readonly<Record<string, string>>): string[] {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  return dartFiles(folder).flatMap((file) => faults(readDartFile(folder, file)));
}

test('Every Dart file of the repository parses and is formatted; otherwise run npm run format', () => {
  const files = dartFiles(ROOT);
  expect(files).toContain('clients/dart/lib/layermint.dart');
  expect(files.flatMap((file) => faults(readDartFile(ROOT, file)))).toEqual([]);
});

test('A syntax error is reported with its file, line and column', () => {
  expect(
    faultsOf({ 'app/pubspec.yaml': PUBSPEC, 'app/lib/broken.dart': 'void main() {\n  final x = ;\n}\n' }),
  ).toEqual(['app/lib/broken.dart:2:13 Expected an identifier.']);
});

test('A file in another format is reported, and the report holds the formatted text', () => {
  const source = 'void main(){print("x");}';
  expect(faultsOf({ 'pubspec.yaml': PUBSPEC, 'lib/main.dart': source })).toEqual([
    'lib/main.dart is not formatted: run `npm run format`',
  ]);
  expect(readDartFile(folder, 'lib/main.dart')).toMatchObject({
    formatted: 'void main() {\n  print("x");\n}\n',
  });
});

test('A language feature is an error in a package that allows an older SDK', () => {
  const source = 'final int? x = null;\nfinal List<int> a = [?x];\n';
  expect(
    faultsOf({
      'older/pubspec.yaml': PUBSPEC,
      'older/lib/a.dart': source,
      'newer/pubspec.yaml': "environment:\n  sdk: '>=3.8.0 <4.0.0'\n",
      'newer/lib/a.dart': source,
    }),
  ).toEqual([expect.stringMatching(/^older\/lib\/a\.dart:2:22 .*null-aware-elements/)]);
});

test('A file is read at the version of the nearest package', () => {
  const source = 'final int? x = null;\nfinal List<int> a = [?x];\n';
  expect(
    faultsOf({
      'pubspec.yaml': PUBSPEC,
      'example/pubspec.yaml': 'environment:\n  sdk: ^3.8.1\n',
      'example/lib/a.dart': source,
    }),
  ).toEqual([]);
});

test('Dependencies and results of builds are not read', () => {
  expect(
    faultsOf({
      'pubspec.yaml': PUBSPEC,
      'node_modules/a/b.dart': '(',
      'lib/.dart_tool/b.dart': '(',
      'example/build/c.dart': '(',
    }),
  ).toEqual([]);
});

test('A file without a package is an error, and so is a package without a lowest SDK', () => {
  expect(() => faultsOf({ 'lone.dart': 'void main() {}\n' })).toThrow(
    'no folder above it has a pubspec.yaml',
  );
  expect(() => faultsOf({ 'pubspec.yaml': 'name: sample\n' })).toThrow('needs environment.sdk');
});
