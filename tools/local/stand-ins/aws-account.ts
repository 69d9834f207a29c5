/** The account that everything on this machine says it is in. */
export const ACCOUNT = '000000000000';

/** The region that everything on this machine says it is in. */
export const REGION = 'us-east-1';

/** No service on this machine checks credentials, but the AWS SDK sends nothing without them. */
export const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Points a client of the AWS SDK at a service of this machine, whatever the machine's user has configured for AWS. */
export function localClient(endpoint: string): {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: typeof LOCAL_CREDENTIALS;
  readonly useFipsEndpoint: false;
  readonly useDualstackEndpoint: false;
} {
  return {
    endpoint,
    region: REGION,
    credentials: LOCAL_CREDENTIALS,
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
  };
}
