import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { serveAws } from '../benchmarks/lambda-runtime/aws-server.ts';
import { bundleMint, mintEnvironment, withWorkspace } from '../benchmarks/packaged-functions.ts';
import { mintRequest, scenario } from '../benchmarks/scenario.ts';

/** Mints a first token, and writes the status and the modules of Node that are loaded by then into a file. */
const PROGRAM = `
  const [bundle, event, file] = process.argv.slice(1);
  require(bundle).handler(JSON.parse(event), { getRemainingTimeInMillis: () => 10_000 }).then(({ statusCode }) => {
    require('node:fs').writeFileSync(file, JSON.stringify({ statusCode, loaded: process.moduleLoadList }));
    process.exit();
  });
`;

const Written = z.object({ statusCode: z.number(), loaded: z.array(z.string()) });

/** Parts of Node that load at the first look at a global, by that global. */
const LEFT_OUT = {
  performance: 'perf_hooks',
  ReadableStream: 'internal/webstreams/readablestream',
  fetch: 'internal/deps/undici/undici',
};

test('the start of mintToken loads no part of Node that it does not need', async () => {
  const { aws, documentIds } = await scenario();
  const server = await serveAws(aws);
  const { statusCode, loaded } = await withWorkspace(async (directory) => {
    const [bundle, event] = [await bundleMint(directory), JSON.stringify(mintRequest(documentIds[0] ?? ''))];
    const file = join(directory, 'loaded.json');
    const env = mintEnvironment(server.url);
    await promisify(execFile)(process.execPath, ['-e', PROGRAM, bundle, event, file], { env });
    return Written.parse(JSON.parse(await readFile(file, 'utf8')));
  }).finally(() => server.close());

  expect(statusCode).toBe(201);
  expect(loaded).toContain('NativeModule https');
  for (const part of Object.values(LEFT_OUT)) expect(loaded).not.toContain(`NativeModule ${part}`);
});
