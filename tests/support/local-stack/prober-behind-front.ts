import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { LocalStack } from '../../../tools/cli/local-stack.ts';
import { functionPath } from '../../../tools/local/stack/routes/paths.ts';
import type { Stack } from '../../../tools/local/stack/stack.ts';
import { embeddedMetrics } from '../../../tools/local/stand-ins/cloudwatch/index.ts';
import { startFunctions } from '../../../tools/local/stand-ins/lambda/index.ts';
import {
  connectionDropped,
  listenOnLoopback,
  type HttpAnswer,
  type HttpHandler,
} from '../../../tools/local/stand-ins/loopback-server.ts';

/** A request of the prober to the API. */
export interface ProbeRequest {
  readonly path: string;
  /** The bearer token. */
  readonly token: string;
  /** The bearer token of the first request of the run, which is valid. */
  readonly validToken: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Makes the request that the API gets in its place, or the front's own answer. */
export type Change = (request: ProbeRequest) => ProbeRequest | HttpAnswer | typeof connectionDropped;

/** A run of the prober: its metrics by name, and its log. */
export interface ProberRun {
  readonly metrics: Readonly<Record<string, number>>;
  readonly log: string;
}

/** The deployed function `probeService`, which reaches the API of a local stack through a front. */
export interface ProberBehindFront {
  /** Runs it once. @param change - changes its requests on the way; nothing unless given */
  run(change?: Change): Promise<ProberRun>;
  close(): Promise<void>;
}

const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));
const NAME = 'probeService';
const Description = z.object({ environment: z.record(z.string(), z.string()) });

/** Starts the front, and the function with the environment that it has in the stack, but for the address of the API. */
export async function startProberBehindFront(stack: Stack): Promise<ProberBehindFront> {
  let change: Change = (request) => request;
  let validToken = '';
  const front = await listenOnLoopback(async ({ path, headers, body }) => {
    const token = (headers.authorization ?? '').slice('Bearer '.length);
    validToken ||= token;
    const changed = change({ path, token, validToken, body: JSON.parse(body) as ProbeRequest['body'] });
    return typeof changed === 'object' && 'token' in changed ? passOn(stack.api, changed) : changed;
  });
  const command = new LocalStack(new URL(stack.api).port);
  const { environment } = await command.read(functionPath(NAME), Description);
  const { accessKeyId, secretAccessKey, sessionToken = '' } = stack.awsCredentials;
  const definition = {
    name: NAME,
    handler: 'functions/probe-service.handler',
    environment: {
      ...environment,
      API_URL: front.url,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    },
    timeoutSeconds: 60,
    memorySizeMb: 1024,
  };
  const lines: string[] = [];
  const functions = await startFunctions([definition], PROJECT, (_name, line) => lines.push(line));
  return {
    run: async (given = (request) => request) => {
      [change, validToken] = [given, ''];
      lines.length = 0;
      await functions.invoke(NAME, {});
      const data = lines.flatMap((line) => embeddedMetrics(line));
      const metrics = data.flatMap(({ name, values }) => values.map((value) => [name, value] as const));
      return { metrics: Object.fromEntries(metrics), log: lines.join('\n') };
    },
    close: async () => {
      await Promise.all([functions.close(), front.close()]);
    },
  };
}

async function passOn(api: string, { path, token, body }: ProbeRequest): ReturnType<HttpHandler> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const answer = await fetch(api + path, { method: 'POST', headers, body: JSON.stringify(body) });
  return {
    status: answer.status,
    headers: { 'content-type': answer.headers.get('content-type') ?? '' },
    body: await answer.text(),
  };
}
