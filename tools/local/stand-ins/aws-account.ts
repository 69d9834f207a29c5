/** The AWS account of everything on this machine. */
export const ACCOUNT = '000000000000';

/** The AWS region of everything on this machine. */
export const REGION = 'us-east-1';

/** AWS credentials of this machine's services. */
export interface LocalCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** The part that a service checks. Without it, the service serves everybody. */
  readonly sessionToken?: string;
}

/** Credentials for a service that checks none, as in a test. The AWS SDK sends nothing without them. */
export const LOCAL_CREDENTIALS: LocalCredentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Makes credentials with a session token that no one can guess. */
export const localCredentials = (sessionToken: string): LocalCredentials => ({
  ...LOCAL_CREDENTIALS,
  sessionToken,
});

/** Points a client of the AWS SDK at a service of this machine. The user's own AWS configuration does not apply. */
export function localClient(
  endpoint: string,
  credentials: LocalCredentials = LOCAL_CREDENTIALS,
): {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: LocalCredentials;
  readonly useFipsEndpoint: false;
  readonly useDualstackEndpoint: false;
} {
  return { endpoint, region: REGION, credentials, useFipsEndpoint: false, useDualstackEndpoint: false };
}
