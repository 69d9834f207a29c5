import { expect, test } from '@jest/globals';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { endpointOf } from '../../../../infra/packaging/aws-clients/service-endpoint.ts';

const SERVICES = [
  ['dynamodb', DynamoDBClient],
  ['secretsmanager', SecretsManagerClient],
  ['logs', CloudWatchLogsClient],
] as const;

// One of each partition, and names that only look like another.
const REGIONS = [
  'us-east-1',
  'eu-central-2',
  'ap-southeast-7',
  'mx-central-1',
  'us-gov-west-1',
  'cn-north-1',
  'cn-northwest-1',
  'eusc-de-east-1',
  'xx-new-1',
];

/** The endpoint to which the SDK sends. */
async function endpointOfSdk(Client: (typeof SERVICES)[number][1], region: string): Promise<string> {
  const { endpointProvider } = new Client({ region }).config;
  const { url } = endpointProvider({ Region: region, UseDualStack: false, UseFIPS: false });
  return Promise.resolve(String(url));
}

test.each(SERVICES)('%s has the endpoint of the SDK in every region', async (service, Client) => {
  for (const region of REGIONS) {
    const { protocol, hostname, path } = endpointOf(service, 'UNUSED', region, {});

    expect([region, `${protocol}//${hostname}${path}`]).toEqual([
      region,
      await endpointOfSdk(Client, region),
    ]);
  }
});

test.each(['us-iso-east-1', 'us-isob-east-1', 'us-isof-south-1', 'eu-isoe-west-1', 'local'])(
  'the region %s, whose domain is another, is refused',
  (region) => {
    expect(() => endpointOf('dynamodb', 'DYNAMODB', region, {})).toThrow(
      `the domain of the region ${region}`,
    );
  },
);

test.each([
  'fips-us-east-1',
  'us-gov-west-1-fips',
  'attacker.example#',
  'eu-central-1.attacker.example',
  'a/b',
  'a@b',
])('the region %s, which leads to another host, is refused', (region) => {
  expect(() => endpointOf('dynamodb', 'DYNAMODB', region, {})).toThrow(`the domain of the region ${region}`);
});

test.each([
  { AWS_USE_FIPS_ENDPOINT: 'true' },
  { AWS_USE_FIPS_ENDPOINT: 'TRUE' },
  { AWS_USE_FIPS_ENDPOINT: '1' },
  { AWS_USE_DUALSTACK_ENDPOINT: 'yes' },
  { AWS_ACCOUNT_ID_ENDPOINT_MODE: 'REQUIRED' },
  { AWS_USE_DUALSTACK_ENDPOINT: 'true' },
  { AWS_ACCOUNT_ID_ENDPOINT_MODE: 'required' },
  { AWS_RETRY_MODE: 'adaptive' },
])('a setting that the clients do not follow is refused: %j', (env) => {
  expect(() => endpointOf('dynamodb', 'DYNAMODB', 'eu-central-1', env)).toThrow(Object.keys(env)[0]);
});

test('settings with the value that the clients follow are accepted', () => {
  const env = {
    AWS_USE_FIPS_ENDPOINT: 'false',
    AWS_USE_DUALSTACK_ENDPOINT: '',
    AWS_ACCOUNT_ID_ENDPOINT_MODE: 'preferred',
    AWS_RETRY_MODE: 'standard',
  };

  expect(endpointOf('dynamodb', 'DYNAMODB', 'eu-central-1', env).hostname).toBe(
    'dynamodb.eu-central-1.amazonaws.com',
  );
});

test("the environment's own endpoint of a service goes before that of all, and counts unless it is to be ignored", () => {
  const all = { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566/base' };
  const own = { ...all, AWS_ENDPOINT_URL_DYNAMODB: 'https://[::1]:8000/' };
  const endpoint = (env: Record<string, string>) => endpointOf('dynamodb', 'DYNAMODB', 'eu-central-1', env);

  expect(endpoint(all)).toEqual({ protocol: 'http:', hostname: '127.0.0.1', port: 4566, path: '/base/' });
  expect(endpoint(own)).toEqual({ protocol: 'https:', hostname: '[::1]', port: 8000, path: '/' });
  expect(endpoint({ ...all, AWS_ENDPOINT_URL_DYNAMODB: '' }).port).toBe(4566);
  expect(endpoint({ ...own, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }).protocol).toBe('https:');
  expect(endpoint({ ...own, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }).port).toBeUndefined();
});
