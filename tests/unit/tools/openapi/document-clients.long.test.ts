import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('../../../../', import.meta.url));
/** A copy in the temporary directory: some generators take a path for a URL, and stumble over a "#" in the project's. */
const DOCUMENT = 'openapi.json';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'layermint-clients-'));
  await copyFile(join(PROJECT, 'docs/openapi.json'), join(directory, DOCUMENT));
  // Generated code imports its runtime, as in any other project.
  await symlink(join(PROJECT, 'node_modules'), join(directory, 'node_modules'));
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

/** Runs a package's command in the temporary directory. Resolves with its exit code and output. */
async function run(command: string, ...args: readonly string[]): Promise<[number, string]> {
  const script = join(PROJECT, 'node_modules', '.bin', command);
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], { cwd: directory }, (error, stdout, stderr) => {
      resolve([error === null ? 0 : 1, stdout + stderr]);
    });
  });
}

/** Compiles a file and its imports as a strict project would. */
async function compiled(name: string, text: string): Promise<[number, string]> {
  const options = {
    strict: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    target: 'es2022',
    lib: ['es2023', 'dom', 'dom.iterable'],
    module: 'esnext',
    moduleResolution: 'bundler',
    types: [],
  };
  await writeFile(join(directory, `use-${name}.ts`), text);
  const config = join(directory, `${name}.tsconfig.json`);
  await writeFile(config, JSON.stringify({ compilerOptions: options, files: [`use-${name}.ts`] }));
  return run('tsc', '--project', config);
}

// Each uses the generated code correctly, and once in a way that must not compile.
const CLIENTS: readonly {
  readonly name: string;
  readonly arguments: readonly string[];
  readonly use: string;
}[] = [
  {
    name: 'openapi-typescript',
    arguments: [DOCUMENT, '--output', 'openapi-typescript/index.ts'],
    use: `import type { paths } from './openapi-typescript';
      type Mint = paths['/v1/tokens']['post'];
      export type Token = Mint['responses'][201]['content']['application/json'];
      export const jwtOf = (token: Token): string => token.jwt;
      export const body: Mint['requestBody']['content']['application/json'] = { documentId: 'd', ttlSeconds: 60 };
      // @ts-expect-error: no operation answers a token with another status
      export type None = Mint['responses'][200];`,
  },
  {
    name: 'openapi-ts',
    arguments: ['--input', DOCUMENT, '--output', 'openapi-ts', '--silent', '--no-log-file'],
    use: `import { mintToken } from './openapi-ts';
      export async function jwt(): Promise<string | undefined> {
        const { data } = await mintToken({ body: { documentId: 'd' } });
        return data?.jwt;
      }
      // @ts-expect-error: a token is for a document
      export const wrong = () => mintToken({ body: {} });`,
  },
  {
    name: 'oazapfts',
    arguments: [DOCUMENT, 'oazapfts.ts'],
    use: `import { mintToken } from './oazapfts';
      export async function jwt(): Promise<string | undefined> {
        const answer = await mintToken({ documentId: 'd' });
        return answer.status === 201 ? answer.data.jwt : undefined;
      }
      // @ts-expect-error: a token is for a document
      export const wrong = () => mintToken({});`,
  },
];

describe('code generated from docs/openapi.json compiles strictly', () => {
  test.each(CLIENTS)('$name', async ({ name, arguments: args, use }) => {
    await expect(run(name, ...args)).resolves.toEqual([0, expect.any(String)]);
    await expect(compiled(name, use)).resolves.toEqual([0, '']);
  });
});
