import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { contest, type Contender, type Contest } from '../../../benchmarks/versus/contenders.ts';
import { filesIn } from '../../../benchmarks/versus/dependencies.ts';
import { MeasuredProcess } from '../../../benchmarks/versus/measured-process.ts';
import { send, serve, tokenIn, verified, type Answer } from '../../../benchmarks/versus/requests.ts';

const NAMES = ['Layermint', 'simple Lambda', "sample's way, ES256", "sample's way, RS256"];

let directory = '';
let world: Contest | undefined;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'layermint-versus-'));
  world = await contest(directory);
});

afterAll(async () => {
  await world?.close();
  await rm(directory, { recursive: true });
});

const documentId = (): string => world?.documentId ?? '';

function contender(name: string): Contender {
  const found = world?.contenders.find((it) => it.name === name);
  if (found === undefined) throw new Error(`There is no contender ${name}`);
  return found;
}

async function asked(it: Contender, request = it.request): Promise<Answer> {
  const started = await MeasuredProcess.start(it.program, it.environment);
  try {
    return await send(started.port, request);
  } finally {
    await started.stop();
  }
}

test('the contest has these contenders, Layermint first', () => {
  expect(world?.contenders.map(({ name }) => name)).toEqual(NAMES);
});

describe.each(NAMES)('%s', (name) => {
  test('mints a token for the document, which its public key verifies and no other key does', async () => {
    const it = contender(name);
    const jwt = tokenIn(it, await asked(it));
    const { document_id, iat = 0, exp = 0, permissions } = await verified(it, jwt);
    expect([document_id, exp - iat]).toEqual([documentId(), 3600]);
    expect(permissions).toContain('read-document');
    const other = contender(name === 'Layermint' ? 'simple Lambda' : 'Layermint');
    await expect(verified({ ...other, algorithm: it.algorithm }, jwt)).rejects.toThrow();
  });

  test('refuses a document without a grant, and the refusal is not measured as a token', async () => {
    const it = contender(name);
    const { path, body } = it.request;
    const elsewhere = (text: string): string => text.replace(documentId(), 'another-document');
    const answer = await asked(it, { ...it.request, path: elsewhere(path), body: elsewhere(body) });
    expect(answer.body).not.toContain('eyJ');
    expect(() => tokenIn(it, answer)).toThrow();
  });

  test('mints as many tokens as it is asked for, and tells its use of the processor and of memory', async () => {
    const it = contender(name);
    const started = await MeasuredProcess.start(it.program, it.environment);
    try {
      const before = await started.usage();
      const { latencies, milliseconds } = await serve(it, started.port, 5, 2);
      const after = await started.usage();
      expect(latencies).toHaveLength(5);
      expect(milliseconds).toBeGreaterThanOrEqual(Math.max(...latencies));
      expect(before.cpuMicros).toBeGreaterThan(0);
      expect(after.cpuMicros).toBeGreaterThanOrEqual(before.cpuMicros);
      expect(after.residentBytes).toBeGreaterThan(10_000_000);
    } finally {
      await started.stop();
    }
  });
});

test('only Layermint is bundled; the others are deployed with the packages that they need, and no more', async () => {
  const packagesOf = async (name: string): Promise<string[]> => {
    const files = await filesIn(contender(name).directory);
    const packages = files.map(({ name: file }) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1]);
    return [...new Set(packages.filter((it) => it !== undefined))];
  };
  expect(await packagesOf('Layermint')).toEqual([]);
  const [simple, sample] = [await packagesOf('simple Lambda'), await packagesOf("sample's way, RS256")];
  expect(simple).toEqual(expect.arrayContaining(['@aws-sdk/client-dynamodb', '@smithy/core', 'jose', 'zod']));
  expect(sample).toEqual(expect.arrayContaining(['express', 'jsonwebtoken', 'jws', 'router']));
  for (const each of ['typescript', 'jest', 'esbuild']) expect([...simple, ...sample]).not.toContain(each);
  expect(sample).not.toContain('jose');
  expect(simple).not.toContain('express');
});

test('a program that ends before it listens is an error, and no measurement', async () => {
  const quits = join(directory, 'quits.cjs');
  await writeFile(quits, 'process.exit(3)');
  await expect(MeasuredProcess.start(quits, {})).rejects.toThrow(
    /quits\.cjs ended with 3 before it listened/,
  );
});
