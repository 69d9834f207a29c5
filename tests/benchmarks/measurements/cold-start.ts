import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { AwsInMemory } from '../aws-in-memory.ts';
import { serveAws } from '../lambda-runtime/aws-server.ts';
import { startCold, type PackagedFunction } from '../lambda-runtime/cold-start.ts';
import { runtimeClient } from '../lambda-runtime/installation.ts';
import { atMost, type Measurement, type NotMeasured, type Outcome } from '../measurement.ts';
import { bundleMint, mintEnvironment, withWorkspace } from '../packaged-functions.ts';
import { mintRequest, scenario } from '../scenario.ts';
import { median } from '../slices.ts';
import { jwtOf } from '../warm/warm-mint.ts';

const ROUNDS = 25;

const HELLO_WORLD = 'exports.handler = async () => ({ statusCode: 200, body: "Hello, world" });';

/** Times the first token, without a running process of the function. */
export const coldStart: Measurement = {
  what: 'cold start to the first token, against a hello-world function',
  budget: atMost(2.0),
  exact: false,
  measure: (): Promise<Outcome | NotMeasured> => {
    const client = runtimeClient();
    if (client === undefined) {
      return Promise.resolve({
        notMeasured:
          "AWS's Node runtime client is not installed; npm run bench -- --install-runtime installs it (cmake, g++, some minutes)",
      });
    }
    return withWorkspace((directory) => measureIn(directory, client));
  },
};

async function measureIn(directory: string, client: string): Promise<Outcome> {
  const {
    aws,
    documentIds: [documentId = ''],
  } = await scenario();
  const event = mintRequest(documentId);
  await bundleMint(directory);
  await writeFile(join(directory, 'hello.cjs'), HELLO_WORLD);
  const server = await serveAws(aws);
  const mint: PackagedFunction = {
    directory,
    handler: 'functions/mint-token.handler',
    environment: mintEnvironment(server.url),
  };
  const hello: PackagedFunction = { directory, handler: 'hello.handler', environment: {} };
  const times: { readonly mint: number[]; readonly hello: number[] } = { mint: [], hello: [] };
  try {
    for (let round = -1; round < ROUNDS; round += 1) {
      const minted = await startCold(client, mint, event);
      jwtOf(Answer.parse(JSON.parse(minted.answer ?? '')));
      const greeted = await startCold(client, hello, event);
      // The first round, which reads the files from disk, does not count.
      if (round < 0) continue;
      times.mint.push(minted.whole.wallMs);
      times.hello.push(greeted.whole.wallMs);
    }
  } finally {
    await server.close();
  }
  const shown = (name: keyof typeof times): string => `${median(times[name]).toFixed(0)} ms`;
  return {
    value: median(times.mint) / median(times.hello),
    notes: [
      `from the start of the process to the answer: mint ${shown('mint')}, hello world ${shown('hello')}; median of ${ROUNDS} starts each, in turns`,
      `the deployed bundle, under AWS's own Node runtime client; ${callsOf(aws)} answered by a server on this machine`,
    ],
  };
}

const Answer = z.object({ statusCode: z.number(), body: z.string() });

/** Writes the AWS calls of one start, such as `1 GetSecretValue, 2 BatchGetItem`. */
function callsOf({ calls }: AwsInMemory): string {
  return [...calls].map(([operation, count]) => `${count / (ROUNDS + 1)} ${operation}`).join(', ');
}
