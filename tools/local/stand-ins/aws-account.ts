/** The account that everything on this machine says it is in. */
export const ACCOUNT = '000000000000';

/** The region that everything on this machine says it is in. */
export const REGION = 'us-east-1';

/** No service on this machine checks credentials, but the AWS SDK sends nothing without them. */
export const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };
