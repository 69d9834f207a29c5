import { InvariantError } from '../../../lib/runtime/errors.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** The address of a service. */
export interface Endpoint {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  /** Ends with a slash. */
  readonly path: string;
}

// The partitions whose domain is another, by the beginning of their regions (AWS SDK, partitions.json).
const DOMAINS: readonly (readonly [RegExp, string])[] = [
  [/^cn-/, 'amazonaws.com.cn'],
  [/^eusc-/, 'amazonaws.eu'],
];
const DOMAIN = 'amazonaws.com';
// Isolated partitions have domains of their own, "local" stands for a port of this machine, and "fips" for another endpoint of the
// region beside it. Any other sign than those of a domain's label leads to another host.
const UNSUPPORTED = /^(us|eu)-iso|^local$|fips|[^a-z0-9-]/;

// Settings of the SDK that lead to another endpoint, with the values that the clients follow. With "TRUE", or any value that only a
// person understands, the SDK would send to the plain endpoint.
const FOLLOWED: readonly (readonly [string, readonly string[]])[] = [
  ['AWS_USE_FIPS_ENDPOINT', ['false']],
  ['AWS_USE_DUALSTACK_ENDPOINT', ['false']],
  ['AWS_ACCOUNT_ID_ENDPOINT_MODE', ['preferred', 'disabled']],
  ['AWS_RETRY_MODE', ['standard']],
];

/**
 * Finds the regional endpoint of a service, or the one that the environment names (AWS SDKs and Tools Reference Guide,
 * "Service-specific endpoints").
 *
 * @param service - the name in the domain, such as `dynamodb`
 * @param variable - the end of the variable that names an endpoint of the service, such as `DYNAMODB`
 * @throws InvariantError if the environment or the region asks for an endpoint that the clients of a bundle do not know
 */
export function endpointOf(service: string, variable: string, region: string, env: Variables): Endpoint {
  for (const [name, values] of FOLLOWED) {
    if (env[name] && !values.includes(env[name]))
      throw new InvariantError(`${name} is set, which the AWS clients of a bundle do not follow`);
  }
  const ignored = env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'] === 'true';
  const named = [env[`AWS_ENDPOINT_URL_${variable}`], env['AWS_ENDPOINT_URL']].find(Boolean);
  if (named !== undefined && !ignored) return parsed(named);
  if (UNSUPPORTED.test(region))
    throw new InvariantError(`The AWS clients of a bundle do not know the domain of the region ${region}`);
  const domain = DOMAINS.find(([regions]) => regions.test(region))?.[1] ?? DOMAIN;
  return { protocol: 'https:', hostname: `${service}.${region}.${domain}`, path: '/' };
}

function parsed(text: string): Endpoint {
  const { protocol, hostname, port, pathname } = new URL(text);
  return {
    ...{ protocol, hostname, path: pathname.endsWith('/') ? pathname : `${pathname}/` },
    ...(port && { port: Number(port) }),
  };
}
