import { describe, expect, test } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { build } from 'esbuild';
import { bundleOptions } from '../../infra/packaging/bundle.ts';
import { ROUTES } from '../../lib/http/routes/catalogue.ts';

/** Dependencies that come together, by the reason for which a function has them. */
const FOR = {
  http: ['@middy/core'],
  signatures: ['jose'],
  items: ['@aws-sdk/util-dynamodb'],
  aws: [
    '@aws-sdk/core/client',
    '@aws-sdk/core/httpAuthSchemes',
    '@aws/lambda-invoke-store',
    '@smithy/core/client',
    '@smithy/core/protocols',
    '@smithy/core/retry',
    '@smithy/core/serde',
    '@smithy/core/transport',
    '@smithy/node-http-handler',
    '@smithy/signature-v4',
    '@smithy/types',
  ],
} as const;

type Reason = keyof typeof FOR;

const ON_TABLE: readonly Reason[] = ['aws', 'items'];
const API_ON_TABLE: readonly Reason[] = [...ON_TABLE, 'http'];

/** The dependencies of every function. A new one costs every cold start, so it stands here before it is deployed. */
const DEPENDENCIES: Readonly<Record<string, readonly Reason[]>> = {
  'authorize-caller': ['signatures'],
  'check-keys': [...ON_TABLE, 'signatures'],
  'explain-token': API_ON_TABLE,
  fallback: ['http'],
  'get-caller': ['http'],
  'get-console': ['http'],
  'get-health': ['http'],
  'get-keys': API_ON_TABLE,
  'get-revocation': API_ON_TABLE,
  'inspect-token': API_ON_TABLE,
  'list-documents': API_ON_TABLE,
  'list-grants': API_ON_TABLE,
  'mint-backend-token': [...API_ON_TABLE, 'signatures'],
  'mint-token': [...API_ON_TABLE, 'signatures'],
  'probe-service': ['aws'],
  'record-audit': ['aws'],
  'revoke-tokens': [...API_ON_TABLE, 'signatures'],
  'rotate-signing-key': [...ON_TABLE, 'signatures'],
  'set-grant': [...API_ON_TABLE, 'signatures'],
  'sweep-revocations': [...ON_TABLE, 'signatures'],
};

/** The folders of our own code in the function that most cold starts run. */
const MINT = [
  'functions',
  'infra/packaging/aws-clients',
  'infra/packaging/schemas',
  'infra/roles',
  'lib/audit',
  'lib/document-engine',
  'lib/grants',
  'lib/grants/contributions',
  'lib/grants/reads',
  'lib/http/authentication',
  'lib/http/messages',
  'lib/http/problems',
  'lib/http/records',
  'lib/http/routes',
  'lib/http/routes/tokens',
  'lib/identity',
  'lib/issuers',
  'lib/limits',
  'lib/revocation',
  'lib/runtime',
  'lib/runtime/json',
  'lib/signing-keys',
  'lib/signing-keys/es256',
  'lib/signing-keys/reading',
  'lib/signing-keys/soundness',
  'lib/table',
  'lib/tokens',
  'lib/wiring',
  'lib/wiring/parts',
];

const DEPENDENCY = /^node_modules\/((?:@[^/]+\/)?[^/]+)(?:.*\/submodules\/([^/]+))?/;

interface Bundled {
  readonly dependencies: string[];
  readonly folders: string[];
  readonly code: string;
}

/** Lists the modules of a function's bundle: a dependency, with its part of the AWS SDK, or a folder of ours. */
async function modulesOf(name: string): Promise<Bundled> {
  const { metafile, outputFiles } = await build({
    ...bundleOptions,
    entryPoints: [`functions/${name}.ts`],
    outfile: `${name}.cjs`,
    write: false,
    metafile: true,
  });
  const paths = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  const dependencies = new Set<string>();
  const folders = new Set<string>();
  for (const path of paths) {
    const [, dependency, part] = DEPENDENCY.exec(path) ?? [];
    if (dependency === undefined) folders.add(path.replace(/\/[^/]+$/, ''));
    else dependencies.add(part === undefined ? dependency : `${dependency}/${part}`);
  }
  return {
    dependencies: [...dependencies].sort(),
    folders: [...folders].sort(),
    code: outputFiles.map(({ text }) => text).join(''),
  };
}

describe('the bundle of', () => {
  test.each(readdirSync('functions').map((file) => file.replace(/\.ts$/, '')))(
    '%s has the dependencies that it needs, and no other',
    async (name) => {
      const { dependencies } = await modulesOf(name);

      expect(dependencies).toEqual((DEPENDENCIES[name] ?? []).flatMap((reason) => FOR[reason]).sort());
    },
  );

  test.each(Object.entries(DEPENDENCIES))(
    '%s calls WebCrypto to sign at one place, our own, if it signs, and nowhere else',
    async (name, reasons) => {
      const { code, folders } = await modulesOf(name);
      // authorizeCaller only verifies.
      const signs = reasons.includes('signatures') && name !== 'authorize-caller';

      expect(code.match(/subtle\.sign\b/g) ?? []).toHaveLength(signs ? 1 : 0);
      expect(folders.includes('lib/signing-keys/es256')).toBe(signs);
    },
  );

  test('mint-token has the folders that minting needs, and no other', async () => {
    expect((await modulesOf('mint-token')).folders).toEqual(MINT);
  });

  test('mint-token has its own routes, and no other', async () => {
    const { code } = await modulesOf('mint-token');
    const held = Object.values(ROUTES).filter(({ key }) => code.includes(JSON.stringify(key)));

    expect(held.map(({ id }) => id)).toEqual(['mintToken', 'mintTokens']);
  });
});
