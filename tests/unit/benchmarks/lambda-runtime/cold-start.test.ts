import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startCold, type PackagedFunction } from '../../../benchmarks/lambda-runtime/cold-start.ts';

/** A runtime client that speaks the Runtime API for one event, and loads the handler as AWS's does. */
const CLIENT = `
  const base = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime/';
  const [file, name] = process.env._HANDLER.split('.');
  const post = (path, body) => fetch(base + path, { method: 'POST', body: JSON.stringify(body) });
  (async () => {
    const handler = require(process.env.LAMBDA_TASK_ROOT + '/' + file + '.cjs')[name];
    for (;;) {
      const response = await fetch(base + 'invocation/next');
      const id = response.headers.get('lambda-runtime-aws-request-id');
      try {
        await post('invocation/' + id + '/response', await handler(await response.json()));
      } catch (error) {
        await post('invocation/' + id + '/error', { errorMessage: error.message });
      }
    }
  })();
`;

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'layermint-cold-start-'));
  await writeFile(join(directory, 'client.cjs'), CLIENT);
});

afterAll(() => rm(directory, { recursive: true }));

async function packaged(name: string, code: string): Promise<PackagedFunction> {
  await writeFile(join(directory, `${name}.cjs`), code);
  return { directory, handler: `${name}.handler`, environment: { GREETING: 'Hello' } };
}

const client = (): string => join(directory, 'client.cjs');

test('A cold start has the answer to its event, its output, and two parts that add up', async () => {
  const greeter = await packaged(
    'greeter',
    'console.log("loaded"); exports.handler = async ({ name }) => process.env.GREETING + ", " + name;',
  );
  const start = await startCold(client(), greeter, { name: 'Alice' });
  expect(start).toMatchObject({ answer: '"Hello, Alice"', output: 'loaded\n' });
  const { init, invocation, whole, ends } = start;
  expect(init.wallMs + (invocation?.wallMs ?? NaN)).toBeCloseTo(whole.wallMs, 6);
  expect((ends.invocation - ends.init) / 1000).toBeCloseTo(invocation?.wallMs ?? NaN, 6);
});

test('On Linux it has the processor time of each part, and the largest memory', async () => {
  const idle = await packaged('idle', 'exports.handler = async () => null;');
  const { init, invocation, peakMb } = await startCold(client(), idle, {});
  const isLinux = process.platform === 'linux';
  expect([init.cpuMs, invocation?.cpuMs, peakMb].map((it) => it !== undefined && it > 0)).toEqual([
    isLinux,
    isLinux,
    isLinux,
  ]);
});

test('Init alone ends before the event', async () => {
  const forbidden = await packaged(
    'forbidden',
    'exports.handler = async () => { throw new Error("It was invoked"); };',
  );
  const start = await startCold(client(), forbidden, {}, { initAlone: true });
  expect(start).toMatchObject({ invocation: undefined, answer: undefined, whole: start.init });
});

test('A function that reports an error fails the start with its report', async () => {
  const failing = await packaged(
    'failing',
    'exports.handler = async () => { throw new Error("No table"); };',
  );
  await expect(startCold(client(), failing, {})).rejects.toThrow(
    /reported an error to .*\/error: .*No table/,
  );
});

test('A function that ends before it answers fails the start with its output', async () => {
  const ending = await packaged('ending', 'console.error("No variable"); process.exit(1);');
  await expect(startCold(client(), ending, {})).rejects.toThrow(
    /^The function ended before it answered: No variable/,
  );
});
