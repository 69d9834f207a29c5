import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { devNull } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { readRoles } from '../../../../infra/roles/roles-file.ts';

const Environment = z.record(z.string(), z.unknown());

const CorsSettings = z.object({
  allowedOrigins: z.array(z.string()).optional(),
  allowedHeaders: z.array(z.string()).optional(),
  allowedMethods: z.array(z.string()).optional(),
  allowCredentials: z.boolean().optional(),
  exposedResponseHeaders: z.array(z.string()).optional(),
  maxAge: z.number().optional(),
});

/** The access log's format: a JSON object of texts. */
const AccessLogFormat = z
  .string()
  .transform((text): unknown => JSON.parse(text))
  .pipe(z.record(z.string(), z.string()));

const IdentitySource = z.union([
  z.string(),
  z
    .array(z.string())
    .length(1)
    .transform(([it]) => it ?? ''),
]);

const Authorizer = z.union([
  z.object({
    type: z.literal('request'),
    identitySource: IdentitySource,
    functionName: z.string(),
    payloadVersion: z.literal('2.0'),
    enableSimpleResponses: z.literal(true),
    resultTtlInSeconds: z.number().default(0),
  }),
  z.object({
    type: z.literal('jwt').default('jwt'),
    identitySource: IdentitySource,
    issuerUrl: z.string(),
    audience: z.union([z.string().transform((it) => [it]), z.array(z.string())]),
  }),
]);

const HttpApiEvent = z.union([
  z.string(),
  z.object({
    method: z.string().optional(),
    path: z.string(),
    authorizer: z
      .union([
        z.string().transform((name) => ({ name, scopes: undefined })),
        z.object({ name: z.string(), scopes: z.array(z.string()).optional() }),
      ])
      .optional(),
  }),
]);

const Rates = z.union([z.string().transform((rate) => [rate]), z.array(z.string())]);

const ScheduleEvent = z.union([Rates.transform((rate) => ({ rate })), z.object({ rate: Rates })]);

const FunctionConfig = z.object({
  handler: z.string(),
  /** The logical id of its role. */
  role: z.string().optional(),
  timeout: z.number().optional(),
  memorySize: z.number().optional(),
  /** Lambda's retries of an asynchronous call that failed. */
  maximumRetryAttempts: z.number().optional(),
  environment: Environment.optional(),
  events: z
    .array(
      z.object({
        httpApi: HttpApiEvent.optional(),
        schedule: ScheduleEvent.optional(),
      }),
    )
    .default([]),
});

const Resource = z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) });

/** The part of serverless.yml that the local stack reads. Everything else is ignored. */
export const ServiceConfig = z.object({
  provider: z.object({
    timeout: z.number().optional(),
    memorySize: z.number().optional(),
    environment: Environment.optional(),
    logs: z.object({ httpApi: z.object({ format: AccessLogFormat }).optional() }).optional(),
    httpApi: z
      .object({
        cors: z.union([z.boolean(), CorsSettings]).optional(),
        authorizers: z.record(z.string(), Authorizer).optional(),
      })
      .optional(),
  }),
  functions: z.record(z.string(), FunctionConfig),
  resources: z.object({ Resources: z.record(z.string(), Resource).default({}) }).default({ Resources: {} }),
});
export type ServiceConfig = z.infer<typeof ServiceConfig>;
export type FunctionConfig = z.infer<typeof FunctionConfig>;
export type Resource = z.infer<typeof Resource>;

/** serverless.yml cannot be resolved. */
export class ServiceConfigError extends Error {
  override readonly name = 'ServiceConfigError';
}

export interface ServiceConfigOptions {
  /** The directory of serverless.yml. */
  readonly directory: string;
  readonly stage: string;
  /** Values of stage parameters, which override those of the stage. */
  readonly params: Readonly<Record<string, string>>;
  /** Ends the Serverless CLI. */
  readonly signal: AbortSignal;
}

/**
 * Resolves serverless.yml for a stage with the Serverless CLI, in a process of its own that sees no AWS profile or credentials.
 *
 * @throws {ServiceConfigError} with the CLI's output
 */
export async function resolveServiceConfig(options: ServiceConfigOptions): Promise<ServiceConfig> {
  const { directory, stage, params, signal } = options;
  assertRoles();
  const require = createRequire(import.meta.url);
  const cli = join(dirname(require.resolve('osls/package.json')), 'bin/serverless.js');
  const given = Object.entries(params).map(([name, value]) => `--param=${name}=${value}`);
  // The CLI caches compiled schemas in the home directory, which saves seconds at every later start.
  const home = join(directory, 'node_modules/.cache/layermint');
  await mkdir(home, { recursive: true });
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [cli, 'print', '--format', 'json', '--stage', stage, ...given],
      {
        cwd: directory,
        env: isolatedEnvironment(home),
        signal,
        killSignal: 'SIGKILL',
        maxBuffer: 64 * 1024 * 1024,
      },
    );
    return ServiceConfig.parse(JSON.parse(stdout));
  } catch (error) {
    throw new ServiceConfigError(
      `serverless.yml cannot be resolved for the stage "${stage}":\n${reasonOf(error)}`,
      {
        cause: error,
      },
    );
  }
}

/** Names the faults of the role file by themselves. The Serverless CLI would wrap them into its own report. */
function assertRoles(): void {
  try {
    readRoles();
  } catch (error) {
    throw new ServiceConfigError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function isolatedEnvironment(home: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: home,
    USERPROFILE: home,
    // The machine's directory for temporary files may be read-only.
    TMPDIR: home,
    TEMP: home,
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
    SLS_TELEMETRY_DISABLED: '1',
    SLS_NOTIFICATIONS_MODE: 'off',
  };
}

const Output = z.object({ stdout: z.string(), stderr: z.string() });

function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  const { data } = Output.safeParse(error);
  const said = `${data?.stdout ?? ''}${data?.stderr ?? ''}`.trim();
  return said === '' ? String(error) : said;
}
