/** The AWS account of everything on this machine. */
export const ACCOUNT = '000000000000';

/** The AWS region of everything on this machine. */
export const REGION = 'us-east-1';

/** No service on this machine checks credentials, but the AWS SDK sends nothing without them. */
export const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Points a client of the AWS SDK at a service of this machine. The user's own AWS configuration does not apply. */
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
