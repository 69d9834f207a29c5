import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildClients, CLIENT } from '../../../../tools/clients/build-clients.ts';

const PROJECT = fileURLToPath(new URL('../../../../', import.meta.url));

/** The names that the README's examples take from the application. */
const APPLICATION = `
declare global {
  const getAccessToken: (options: { readonly renew: boolean }) => Promise<string>;
  const session: { readonly userId: string };
  const showReason: (reason: string | undefined) => void;
  const showOffline: () => void;
  const signIn: () => void;
}
export {};
`;
/** The names that an example takes from one before it. */
const BEFORE: Readonly<Record<string, string>> = {
  source: "import('@layermint/client').TokenSource",
  token: "import('@layermint/client').Token",
  viewer: '{ setSession(jwt: string): void; close(): void }',
};
/** Packages of an application that are not installed here, with the part that the examples use. */
const PACKAGES: Readonly<Record<string, string>> = {
  '@nutrient-sdk/viewer': `
    interface Configuration { container: string; authPayload?: { jwt: string }; documentId?: string; instant?: boolean; serverUrl?: string }
    declare const NutrientViewer: {
      load(configuration: Configuration): Promise<{ setSession(jwt: string): void }>;
      unload(target: unknown): boolean;
    };
    export default NutrientViewer;`,
  'react-native': `export declare const AppState: {
    addEventListener(type: 'change', listener: (state: 'active' | 'background') => void): { remove(): void };
  };`,
  '@react-native-community/netinfo': `declare const NetInfo: {
      addEventListener(listener: (state: { isConnected: boolean | null; type: string }) => void): () => void;
    };
    export default NetInfo;`,
};

let directory: string;
let examples: readonly string[];

/** Runs a program in the application's folder. Resolves with its exit code and output. */
async function run(program: string, ...args: readonly string[]): Promise<[number, string]> {
  return new Promise((resolve) => {
    execFile(program, args, { cwd: directory }, (error, stdout, stderr) => {
      resolve([error === null ? 0 : 1, stdout + stderr]);
    });
  });
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(join(directory, path, '..'), { recursive: true });
  await writeFile(join(directory, path), text);
}

/** Compiles files as a strict application does. */
async function compiled(files: readonly string[], moduleResolution: string): Promise<[number, string]> {
  const compilerOptions = {
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    target: 'es2022',
    lib: ['es2022', 'dom', 'dom.iterable'],
    module: moduleResolution === 'bundler' ? 'esnext' : 'nodenext',
    moduleResolution,
    moduleDetection: 'force',
    types: [],
    skipLibCheck: false,
  };
  await write('tsconfig.json', JSON.stringify({ compilerOptions, files }));
  return run(process.execPath, join(PROJECT, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.json');
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'layermint-client-'));
  await buildClients();
  await write('package.json', JSON.stringify({ name: 'application', private: true, type: 'module' }));
  const [packed, output] = await run(
    'npm',
    'pack',
    CLIENT,
    '--ignore-scripts',
    '--json',
    '--pack-destination',
    '.',
  );
  expect([packed, output]).toEqual([0, expect.stringContaining('filename')]);
  expect(
    await run('npm', 'install', '--offline', '--no-audit', '--no-fund', './layermint-client-0.1.0.tgz'),
  ).toEqual([0, expect.any(String)]);
  for (const [name, types] of Object.entries(PACKAGES)) {
    await write(
      `node_modules/${name}/package.json`,
      JSON.stringify({ name, type: 'module', types: 'index.d.ts', exports: { types: './index.d.ts' } }),
    );
    await write(`node_modules/${name}/index.d.ts`, types);
  }
  await write('application.d.ts', APPLICATION);
  const readme = await readFile(join(CLIENT, 'README.md'), 'utf8');
  examples = [...readme.matchAll(/```ts\n([^]*?)```/g)].map(([, code]) => code ?? '');
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

test('The package holds its code, types, licence and documents, and nothing else', async () => {
  const [, output] = await run('npm', 'pack', CLIENT, '--ignore-scripts', '--json', '--dry-run');
  const [{ files }] = JSON.parse(output) as [{ files: { path: string }[] }];
  const rest = files.map(({ path }) => path).filter((path) => !/^dist\/[\w-]+\.(?:js|d\.ts)$/.test(path));
  expect(rest.sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']);
});

test('Node imports the package as ESM, and both entries have one class of errors', async () => {
  await write(
    'run.js',
    `import * as client from '@layermint/client';
     import { literalSource, manualClock } from '@layermint/client/testing';
     const source = literalSource(() => new client.LayermintError('offline', 'Offline.'));
     const error = await source.token({ documentId: 'a' }).catch((it) => it);
     const closed = literalSource();
     closed.close();
     const own = await closed.token({ documentId: 'a' }).catch((it) => it);
     console.log(Object.keys(client).sort().join(), error instanceof client.LayermintError, own instanceof client.LayermintError);`,
  );
  expect(await run(process.execPath, 'run.js')).toEqual([
    0,
    'LayermintError,browserConnectivity,connectViewer,createTokenSource,reactNativeConnectivity true true\n',
  ]);
});

describe.each(['bundler', 'nodenext'])('with moduleResolution %s', (moduleResolution) => {
  test('every example of the README compiles', async () => {
    const files = examples.map((_, index) => `example-${index}.ts`);
    for (const [index, example] of examples.entries()) {
      const before = Object.entries(BEFORE)
        .filter(([name]) => !new RegExp(String.raw`const (?:${name}\b|\{[^}]*\b${name}\b)`).test(example))
        .map(([name, type]) => `declare const ${name}: ${type};`);
      await write(`example-${index}.ts`, [...before, example].join('\n'));
    }
    expect(await compiled(['application.d.ts', ...files], moduleResolution)).toEqual([0, '']);
  });

  test('wrong uses do not compile', async () => {
    await write(
      'wrong.ts',
      `import { createTokenSource, type ErrorCode } from '@layermint/client';
       const source = createTokenSource({ api: 'https://api.example.com', callerToken: () => 'caller' });
       // @ts-expect-error
       createTokenSource({ api: 'https://api.example.com' });
       // @ts-expect-error
       void source.token({ layer: 'review' });
       // @ts-expect-error
       void source.token({ documentId: 'a', onBehalfOf: { userId: 'bob' } });
       // @ts-expect-error
       void source.token({ documentId: 'a', permissions: ['delete'] });
       // @ts-expect-error
       source.watch({ documentId: 'a' }, {});
       // @ts-expect-error
       export const code: ErrorCode = 'no-such-code';
       void source.batch([{ documentId: 'a' }]).then(([result]) => {
         // @ts-expect-error
         result.token;
         if (result?.error === undefined) return result?.token.jwt;
         return result.error.code;
       });`,
    );
    expect(await compiled(['wrong.ts'], moduleResolution)).toEqual([0, '']);
  });
});

test('The examples that need no application run', async () => {
  const examplesOfTests = examples.find((it) => it.includes('@layermint/client/testing')) ?? '';
  const code = examplesOfTests.replaceAll(' as { documentId: string }', '');
  await write('examples.js', code);
  expect(await run(process.execPath, 'examples.js')).toEqual([0, 'no-access\n2\n']);
});
