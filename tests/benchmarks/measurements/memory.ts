import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { ofStage, readStages } from '../../../infra/stages/stages.ts';
import { serveAws } from '../lambda-runtime/aws-server.ts';
import { atMost, type Measurement, type Outcome } from '../measurement.ts';
import { bundleMint, mintEnvironment, withWorkspace } from '../packaged-functions.ts';
import { batchRequest, mintRequest, scenario } from '../scenario.ts';

const MINTS = 1000;
const BATCHES = 20;
const DOCUMENTS = 100;

/** Serves requests one after the other, as a process of Lambda does, and prints their statuses and its memory. */
const PROCESS = `
  const { handler } = require(process.argv[1]);
  const { single, batch, mints, batches } = require(process.argv[2]);
  const context = { awsRequestId: 'bench', getRemainingTimeInMillis: () => 10_000 };
  const statuses = new Set();
  const serve = async (event) => statuses.add((await handler(event, context)).statusCode);
  (async () => {
    for (let left = mints; left > 0; left -= 1) await serve(single);
    for (let left = batches; left > 0; left -= 1) await serve(batch);
    const { maxRSS } = process.resourceUsage();
    process.stdout.write('\\n' + JSON.stringify({ statuses: [...statuses], maxRSS }));
  })();
`;

const Printed = z.object({ statuses: z.tuple([z.literal(201), z.literal(200)]), maxRSS: z.number() });

/**
 * Compares the memory of minting with the memory that the function is given. The rest buys its share of a processor.
 */
export const memory: Measurement = {
  what: 'memory of a process that mints, at its most, of memorySizeMb',
  budget: atMost(0.5),
  exact: false,
  measure: () => withWorkspace(measureIn),
};

async function measureIn(directory: string): Promise<Outcome> {
  const { aws, documentIds } = await scenario(DOCUMENTS);
  const [bundle, requests] = [await bundleMint(directory), join(directory, 'requests.json')];
  const single = mintRequest(documentIds[0] ?? '');
  const content = { single, batch: batchRequest(documentIds), mints: MINTS, batches: BATCHES };
  await writeFile(requests, JSON.stringify(content));
  const server = await serveAws(aws);
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', PROCESS, bundle, requests], {
      env: mintEnvironment(server.url),
      maxBuffer: 64 * 1024 * 1024,
    });
    const { maxRSS } = Printed.parse(JSON.parse(stdout.slice(stdout.lastIndexOf('\n'))));
    const given = Number(ofStage(await readStages(), 'default')['memorySizeMb']);
    const used = maxRSS / 1024;
    return {
      value: used / given,
      notes: [
        `${used.toFixed(0)} MB resident of ${given} MB, after ${MINTS} mints and ${BATCHES} batches of ${DOCUMENTS}; the deployed bundle`,
      ],
    };
  } finally {
    await server.close();
  }
}
