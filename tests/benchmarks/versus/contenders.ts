import { generateKeyPairSync } from 'node:crypto';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { systemClock } from '../../../lib/runtime/clock.ts';
import { generateSigningKey } from '../../../tools/local/stack/demo/demo-signing-key.ts';
import { serveAws } from '../lambda-runtime/aws-server.ts';
import { bundleMint, mintEnvironment } from '../packaged-functions.ts';
import { mintRequest, scenario } from '../scenario.ts';
import { installInto } from './dependencies.ts';
import { serveSimpleAws } from './simple-aws.ts';

/** A token service of the comparison, ready to start. */
export interface Contender {
  readonly name: string;
  /** The directory with everything that is deployed, and nothing else. */
  readonly directory: string;
  /** The program that serves HTTP. */
  readonly program: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The request for a token of the one user, for the one document. */
  readonly request: TokenRequest;
  /** Reads the token in an answer's body. @throws ZodError if there is none */
  readonly tokenOf: (body: unknown) => string;
  /** SPKI PEM. */
  readonly publicKey: string;
  readonly algorithm: 'ES256' | 'RS256';
}

/** An HTTP request for a token. */
export interface TokenRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** All contenders, and the servers that stand for AWS. */
export interface Contest {
  readonly contenders: readonly Contender[];
  /** The document that every contender's token opens. */
  readonly documentId: string;
  readonly close: () => Promise<void>;
}

const program = (name: string): string => fileURLToPath(new URL(`programs/${name}`, import.meta.url));

const FRONT = program('front.cjs');

/** The part of API Gateway's event that names the caller. */
const Caller = z.object({
  authorizer: z.object({ jwt: z.object({ claims: z.object({ sub: z.string() }) }) }),
});

const Success = z.object({ success: z.literal(true), token: z.string() });
const Minted = z.object({ jwt: z.string() });

/** Installs every contender below a directory, and starts its AWS. */
export async function contest(directory: string): Promise<Contest> {
  const { aws, signingKey, documentIds } = await scenario();
  const [documentId = ''] = documentIds;
  const event = mintRequest(documentId);
  const userId = Caller.parse(event.requestContext).authorizer.jwt.claims.sub;
  const simpleKey = await generateSigningKey(systemClock);
  const servers = [await serveAws(aws), await serveSimpleAws(simpleKey, { documentId, userId })] as const;
  const [layermintAws, simpleAws] = servers;

  const eventFile = join(directory, 'event.json');
  await writeFile(eventFile, JSON.stringify(event));
  const lambda = (
    name: string,
    handler: string,
  ): Pick<Contender, 'directory' | 'program' | 'request' | 'tokenOf'> & {
    readonly variables: Readonly<Record<string, string>>;
  } => ({
    directory: join(directory, name),
    program: FRONT,
    request: {
      method: 'POST',
      path: '/v1/tokens',
      headers: { 'content-type': 'application/json' },
      body: event.body ?? '',
    },
    tokenOf: (body) => Minted.parse(body).jwt,
    variables: { EVENT_FILE: eventFile, HANDLER_FILE: join(directory, name, handler) },
  });

  await bundleMint(join(directory, 'layermint'));
  const { variables: ofLayermint, ...layermint } = lambda('layermint', 'functions/mint-token.cjs');
  await installSimpleLambda(join(directory, 'simple-lambda'));
  const { variables: ofSimple, ...simpleLambda } = lambda('simple-lambda', 'index.mjs');
  const sample = { documentId, userId, directory: join(directory, 'sample-backend') };
  await installSampleBackend(sample.directory);

  return {
    documentId,
    contenders: [
      {
        ...layermint,
        name: 'Layermint',
        environment: { ...mintEnvironment(layermintAws.url), ...ofLayermint },
        publicKey: signingKey.publicKey,
        algorithm: 'ES256',
      },
      {
        ...simpleLambda,
        name: 'simple Lambda',
        environment: {
          ...ofSimple,
          AWS_ENDPOINT_URL: simpleAws.url,
          AWS_REGION: 'eu-central-1',
          AWS_ACCESS_KEY_ID: 'local',
          AWS_SECRET_ACCESS_KEY: 'local',
          TABLE_NAME: 'grants',
          SECRET_ID: 'signing-key',
        },
        publicKey: simpleKey.publicKey,
        algorithm: 'ES256',
      },
      await sampleBackend("sample's way, ES256", 'ES256', sample),
      await sampleBackend("sample's way, RS256", 'RS256', sample),
    ],
    close: async () => {
      for (const server of servers) await server.close();
    },
  };
}

async function installSimpleLambda(directory: string): Promise<void> {
  await mkdir(directory);
  await cp(program('simple-lambda.js'), join(directory, 'index.mjs'));
  await installInto(directory, [
    '@aws-sdk/client-dynamodb',
    '@aws-sdk/client-secrets-manager',
    '@aws-sdk/util-dynamodb',
    'jose',
    'zod',
  ]);
}

async function installSampleBackend(directory: string): Promise<void> {
  await mkdir(directory);
  await cp(program('sample-backend.cjs'), join(directory, 'server.cjs'));
  await installInto(directory, ['express', 'jsonwebtoken']);
}

/** The surroundings of a sample backend. */
interface Sample {
  readonly documentId: string;
  readonly userId: string;
  readonly directory: string;
}

async function sampleBackend(
  name: string,
  algorithm: Contender['algorithm'],
  { documentId, userId, directory }: Sample,
): Promise<Contender> {
  const pair =
    algorithm === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 4096 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  // Beside the deployed files: a key is not part of a package.
  const keyFile = `${directory}-${algorithm}.pem`;
  await writeFile(keyFile, pair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  return {
    name,
    directory,
    program: join(directory, 'server.cjs'),
    environment: { ALGORITHM: algorithm, KEY_FILE: keyFile, OWNER: userId, DOCUMENT_ID: documentId },
    request: {
      method: 'GET',
      path: `/api/document/${documentId}`,
      headers: { authorization: `Basic ${Buffer.from(`${userId}:any`).toString('base64')}` },
      body: '',
    },
    tokenOf: (body) => Success.parse(body).token,
    publicKey: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    algorithm,
  };
}
