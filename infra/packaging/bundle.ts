import { build, type BuildOptions } from 'esbuild';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { consoleFiles } from '../console/build-console.ts';
import { checkRolesFile } from '../roles/roles-file.ts';
import { signaturesOfJose } from './signatures-of-jose.ts';

const awsClient = (file: string): string => fileURLToPath(new URL(`aws-clients/${file}`, import.meta.url));

const ZOD_MINI = fileURLToPath(new URL('schemas/zod-mini.ts', import.meta.url));

const SDK_CORE = dirname(createRequire(import.meta.url).resolve('@aws-sdk/core/package.json'));
const sdkCore = (file: string): string => join(SDK_CORE, 'dist-es/submodules', file);

/**
 * esbuild's options for the one file of a function that Lambda loads. Packaging and the benchmarks use the same.
 *
 * - CommonJS starts 20 to 30 ms sooner than an ES module on Node 24.
 * - `module` before `main`: the ES modules of dependencies, unlike their CommonJS, can be tree-shaken, and start sooner.
 * - The AWS SDK is bundled: the copy in Lambda's runtime is older, not tree-shaken, and slower to load.
 * - No source map: loading one costs more than the whole handler. To read a minified stack trace, bundle the same commit again
 *   with `sourcemap: true`.
 */
export const bundleOptions = {
  bundle: true,
  minify: true,
  // The AWS SDK imports node:http dynamically for plain http, which would load all of undici at the first request.
  supported: { 'dynamic-import': false },
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  mainFields: ['module', 'main'],
  legalComments: 'none',
  // The parts of the AWS SDK that our functions use. service-client.ts explains it.
  alias: {
    '@aws-sdk/client-cloudwatch-logs': awsClient('client-cloudwatch-logs.ts'),
    '@aws-sdk/client-dynamodb': awsClient('client-dynamodb.ts'),
    '@aws-sdk/client-secrets-manager': awsClient('client-secrets-manager.ts'),
    '@smithy/core/event-streams': awsClient('event-streams.ts'),
    // The one file that our clients need. The index beside it computes and keeps the rules of all endpoints and sources of configuration.
    '@aws-sdk/core/client': sdkCore('client/middleware-recursion-detection/recursionDetectionMiddleware.js'),
    '@aws-sdk/core/httpAuthSchemes': sdkCore('httpAuthSchemes/aws_sdk/AwsSdkSigV4Signer.js'),
    // The schemas that our functions use. The file explains it.
    'zod/mini': ZOD_MINI,
  },
  // Such as a command that these clients do not have, of a namespace that is imported whole.
  logOverride: { 'import-is-undefined': 'error' },
  plugins: [checkRolesFile, consoleFiles, signaturesOfJose],
} as const satisfies BuildOptions;

/**
 * Bundles one function.
 *
 * @param entry - the path of the function's source, such as `functions/mint-token.ts`
 * @param outfile - the path of the file to write; its name should end in `.cjs`, as package.json makes `.js` an ES module
 * @throws esbuild's BuildFailure if the source does not build or infra/roles/roles.json is not valid
 */
export async function bundleFunction(entry: string, outfile: string): Promise<void> {
  await build({ ...bundleOptions, entryPoints: [entry], outfile, logLevel: 'silent' });
}
