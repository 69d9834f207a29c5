import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleFunction } from '../../infra/packaging/bundle.ts';
import { TABLE, TTL } from './scenario.ts';

/** Calls `use` with an empty directory that is removed afterwards. */
export async function withWorkspace<Result>(use: (directory: string) => Promise<Result>): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'layermint-bench-'));
  try {
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Bundles the mint function as deployed. @returns the path of the bundle, the same as on Lambda */
export async function bundleMint(directory: string): Promise<string> {
  const bundle = join(directory, 'functions', 'mint-token.cjs');
  await bundleFunction(fileURLToPath(new URL('../../functions/mint-token.ts', import.meta.url)), bundle);
  return bundle;
}

/** Makes the part of a bundle's environment by which its clients reach an AWS server. */
export function accessTo(awsUrl: string): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: awsUrl,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
}

/**
 * Makes the environment of the bundle.
 *
 * @param awsUrl - the address of the AWS server
 */
export function mintEnvironment(awsUrl: string): Readonly<Record<string, string>> {
  return {
    ...accessTo(awsUrl),
    TABLE_NAME: TABLE,
    SIGNING_KEY_SECRET_ARN: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:signing-key',
    JWT_ALGORITHM: 'ES256',
    DOCUMENT_ENGINE_URL: 'https://documents.example.com',
    MAX_TTL_SECONDS: String(TTL.max),
    DEFAULT_TTL_SECONDS: String(TTL.default),
    PRIVATE_LAYER_PREFIX: 'user:',
    USER_ID_CLAIM: 'sub',
    GROUPS_CLAIM: 'cognito:groups',
    SCOPES_CLAIM: '["scope","scp"]',
    NAME_CLAIM: 'name',
    LOG_LEVEL: 'info',
    STAGE: 'example',
  };
}
