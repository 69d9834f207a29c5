import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleFunction, bundleOptions } from '../../infra/packaging/bundle.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'layermint-bundle-'));
  await mkdir(join(directory, 'infra/roles'), { recursive: true });
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

/** Bundles a function that imports a role file. */
async function bundleWithRoles(roles: string): Promise<string> {
  await writeFile(join(directory, 'infra/roles/roles.json'), roles);
  await writeFile(
    join(directory, 'function.ts'),
    `import roles from './infra/roles/roles.json' with { type: 'json' };\nexport const handler = () => roles;\n`,
  );
  const outfile = join(directory, 'out', 'function.cjs');
  await bundleFunction(join(directory, 'function.ts'), outfile);
  return readFile(outfile, 'utf8');
}

describe('a bundle', () => {
  test('is one CommonJS file without a source map', async () => {
    const code = await bundleWithRoles('{"roles": {"viewer": {"permissions": ["read-document"]}}}');

    expect(code).toContain('module.exports');
    expect(code).not.toContain('sourceMappingURL');
    expect(await readdir(join(directory, 'out'))).toEqual(['function.cjs']);
  });

  test('holds the roles', async () => {
    expect(await bundleWithRoles('{"roles": {"viewer": {"permissions": ["read-document"]}}}')).toContain(
      'viewer',
    );
  });

  test('is refused if the role file has a fault, and the error names each fault', async () => {
    const roles =
      '{"roles": {"viewer": {"permissions": ["read"]}, "signer": {"permissions": ["write"], "x": 1}}}';

    await expect(bundleWithRoles(roles)).rejects.toThrow(
      /role "viewer": has the unknown permission "read"[^]*role "signer": has the unknown field "x"/,
    );
  });

  test.each([
    [
      'by its name',
      `import { TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';\nexport const handler = () => new TransactWriteItemsCommand({});\n`,
      /No matching export in "\S*client-dynamodb\.ts" for import "TransactWriteItemsCommand"/,
    ],
    [
      'through a namespace',
      `import * as aws from '@aws-sdk/client-dynamodb';\nexport const handler = () => new aws.TransactWriteItemsCommand({});\n`,
      /"TransactWriteItemsCommand" will always be undefined .* in "\S*client-dynamodb\.ts"/,
    ],
  ])(
    'is refused if a function calls AWS with a command that its clients do not have, %s',
    async (_, code, fault) => {
      const source = join(directory, 'function.ts');
      await writeFile(source, code);

      await expect(bundleFunction(source, join(directory, 'function.cjs'))).rejects.toThrow(fault);
    },
  );

  test.each([
    [
      'by its name',
      `import { tuple } from 'zod/mini';\nexport const handler = () => tuple([]);\n`,
      /No matching export in "\S*schemas\/zod-mini\.ts" for import "tuple"/,
    ],
    [
      'through a namespace',
      `import * as z from 'zod/mini';\nexport const handler = () => z.tuple([]);\n`,
      /"tuple" will always be undefined .* in "\S*schemas\/zod-mini\.ts"/,
    ],
  ])('is refused if a function has a schema that a bundle does not have, %s', async (_, code, fault) => {
    const source = join(directory, 'function.ts');
    await writeFile(source, code);

    await expect(bundleFunction(source, join(directory, 'function.cjs'))).rejects.toThrow(fault);
  });

  test('is refused if the role file is not JSON', async () => {
    await expect(bundleWithRoles('{"roles": ')).rejects.toThrow(/roles\.json:.* ERROR: .*JSON/);
  });
});

test('the bundle of getHealth holds only 19 files of the service, so it answers even if everything else is broken', async () => {
  const { metafile } = await build({
    ...bundleOptions,
    entryPoints: ['functions/get-health.ts'],
    outfile: 'get-health.cjs',
    write: false,
    metafile: true,
  });
  const held = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) =>
      bytesInOutput > 0 && !/node_modules|infra\/packaging\/schemas/.test(path) ? [path] : [],
    ),
  );

  expect(held).toContain('functions/get-health.ts');
  expect(held.length).toBeLessThanOrEqual(19);
});
