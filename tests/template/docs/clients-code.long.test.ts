import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import ts from 'typescript';

const ROOT = process.cwd();

/** The package's entries, by the names under which an app imports them. */
const PACKAGE = join(ROOT, 'clients/typescript/src');

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  jsx: ts.JsxEmit.Preserve,
  types: [],
  paths: { '@layermint/client': [join(PACKAGE, 'index.ts')], '@layermint/client/*': [join(PACKAGE, '*.ts')] },
  allowImportingTsExtensions: true,
  noEmit: true,
  skipLibCheck: true,
  strict: true,
};

/** The parts of an app that the pages call "yours", and the packages that are not installed here. */
const SURROUNDINGS = `
declare const api: string;
declare const documentId: string;
declare const signedInUser: string;
declare function accessToken(options: { renew: boolean }): Promise<string>;
declare function show(error: Error): void;
declare const items: import('@nutrient-sdk/viewer').ToolbarItem[];
declare const signIn: { accessToken(options: { renew: boolean }): Promise<string>; readonly user?: { readonly sub: string } };
declare function reasonFor(error: { readonly code: string }): string;
declare namespace JSX {
  interface ElementChildrenAttribute { children: object }
  interface IntrinsicAttributes { key?: string }
}
declare module 'react' {
  export function useEffect(effect: () => () => void, inputs: readonly unknown[]): void;
  export function useMemo<T>(make: () => T, inputs: readonly unknown[]): T;
  export function useState<T>(): [T | undefined, (value: T | undefined) => void];
}
declare module 'react-native' {
  export const AppState: { addEventListener(type: 'change', listener: (state: string) => void): { remove(): void } };
  export function Text(properties: { children: string }): null;
}
declare module '@react-native-community/netinfo' {
  const NetInfo: { addEventListener(listener: (state: { readonly isConnected: boolean | null }) => void): () => void };
  export default NetInfo;
}
declare module '@nutrient-sdk/react-native' {
  export function NutrientInstantView(properties: {
    documentInfo: { serverUrl: string; jwt: string };
    style?: { flex: number };
  }): null;
}
`;

/** Makes each block of a page a file of its own. Later blocks get the imports of the first one, and its token source. */
function filesOf(page: string): [name: string, code: string][] {
  const blocks = [...readFileSync(page, 'utf8').matchAll(/^```(tsx?)\n(.*?)^```$/gms)];
  const [imports = ''] = /^(?:import .*\n)+/.exec(blocks[0]?.[2] ?? '') ?? [];
  const beginning = `${imports}declare const source: import('@layermint/client').TokenSource;\n`;
  return blocks.map(([, language = '', code = ''], index) => [
    join(ROOT, 'docs', `${page.replaceAll('/', '-')}-${index + 1}.${language}`),
    index === 0 ? code : beginning + code,
  ]);
}

test('the TypeScript of README.md and docs/clients fits the package and the Web SDK', () => {
  const surroundings = join(ROOT, 'docs', 'surroundings.d.ts');
  const pages = ['README.md', 'docs/clients/web.md', 'docs/clients/react-native.md'];
  const files = new Map([[surroundings, SURROUNDINGS], ...pages.flatMap(filesOf)]);
  const disk = ts.createCompilerHost(OPTIONS);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (name) => files.has(name) || disk.fileExists(name),
    readFile: (name) => files.get(name) ?? disk.readFile(name),
    getSourceFile: (name, language, ...rest) => {
      const text = files.get(name);
      return text === undefined
        ? disk.getSourceFile(name, language, ...rest)
        : ts.createSourceFile(name, text, language);
    },
  };
  const program = ts.createProgram([...files.keys()], OPTIONS, host);

  const faults = ts.getPreEmitDiagnostics(program).filter(({ file }) => file && files.has(file.fileName));

  expect(files.size).toBeGreaterThan(5);
  expect(ts.formatDiagnostics(faults, host)).toBe('');
});
