import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createPublicKey } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GrantStore } from '../../../lib/grants/index.ts';
import type { Seconds } from '../../../lib/runtime/time.ts';
import { recordUse } from '../../../lib/signing-keys/index.ts';
import { Table } from '../../../lib/table/index.ts';
import { generateSigningKey } from '../../../tools/local/stack/demo/demo-signing-key.ts';
import { grant, group, user } from '../../support/grants/grants.ts';
import { ManualClock } from '../../support/runtime/clock.ts';
import { AwsInMemory } from '../aws-in-memory.ts';
import { accessTo, withWorkspace } from '../packaged-functions.ts';
import { TABLE, TTL as BOUNDS } from '../scenario.ts';
import { bundleAsDeployed } from '../cold/profile/mapped-bundle.ts';
import { serveWholeAws } from './aws-over-http.ts';
import type { LoadRun } from './samples.ts';
import { clients, LIBRARY, LIBRARY_GROUP, libraryDocument, ownDocument, userOf } from './traffic.ts';

/** The settings of a run. */
export interface LoadSettings {
  readonly clients: number;
  /** The time of the clock that passes. */
  readonly seconds: Seconds;
  /** The bytes that each request keeps for ever, on purpose; a multiple of 8, or 0. */
  readonly leak: number;
}

const PROCESS = fileURLToPath(new URL('./load-process.ts', import.meta.url));
const SERVED = fileURLToPath(new URL('./served-process.ts', import.meta.url));

/**
 * Lets a process of its own serve the traffic. AWS is in this process, so that its items are not in the measured memory.
 *
 * @throws Error if the process answers a request in another way than expected
 */
export async function runLoad(settings: LoadSettings): Promise<LoadRun> {
  const aws = await awsFor(settings);
  const server = await serveWholeAws(aws);
  try {
    const result = await withWorkspace((directory) => served(settings, server.url, directory));
    return { ...result, secretCalls: aws.calls.get('GetSecretValue') ?? 0 };
  } finally {
    await server.close();
  }
}

/** Serves the traffic in a process, by handlers that are bundled as deployed. */
async function served(
  settings: LoadSettings,
  awsUrl: string,
  directory: string,
): Promise<Omit<LoadRun, 'secretCalls'>> {
  const { path } = await bundleAsDeployed(SERVED, join(directory, 'served.cjs'));
  const child = fork(PROCESS, [JSON.stringify({ ...settings, served: path })], {
    execArgv: ['--expose-gc'],
    env: { ...process.env, ...accessTo(awsUrl) },
  });
  const ended = once(child, 'exit');
  const result = await Promise.race([
    once(child, 'message').then(([message]) => message as Omit<LoadRun, 'secretCalls'>),
    ended.then(([code]) => Promise.reject(new Error(`The measured process ended with ${String(code)}`))),
  ]);
  await ended;
  return result;
}

async function awsFor({ clients: count }: LoadSettings): Promise<AwsInMemory> {
  const clock = new ManualClock();
  const signingKey = await generateSigningKey(clock);
  const aws = new AwsInMemory(JSON.stringify(signingKey));
  const table = new Table(aws.dynamoDB(), TABLE, clock);
  await recordUse(table, { ...signingKey, publicKey: createPublicKey(signingKey.publicKey) }, BOUNDS.max);
  const store = new GrantStore(table);
  for (const { kind, number } of clients(count))
    if (kind === 'mint') await store.put(ownDocument(number), grant(user(userOf(number)), 'annotator'));
  for (let index = 0; index < LIBRARY; index += 1)
    await store.put(libraryDocument(index), grant(group(LIBRARY_GROUP), 'commenter'));
  aws.calls.clear();
  return aws;
}
