import { notChecked, type Finding } from '../finding.ts';

const REFUSED_CREDENTIALS = [
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
];

/** Reads the name of an error of the AWS SDK, such as `ResourceNotFoundException`. */
export const nameOf = (error: unknown): string => (Error.isError(error) ? error.name : 'an unknown error');

/**
 * Makes the finding for a call of AWS without a usable answer. Its cause is on this side, so the check was not made.
 *
 * @param action - the permission that the call needs, such as `kms:DescribeKey`
 */
export function notAnswered(check: string, error: unknown, action: string): Finding {
  const name = nameOf(error);
  if (name === 'CredentialsProviderError') {
    return notChecked(
      check,
      'there are no AWS credentials',
      'Sign in as for the AWS CLI: `aws sts get-caller-identity` must work.',
    );
  }
  if (name.startsWith('AccessDenied')) {
    return notChecked(
      check,
      `your AWS credentials may not call ${action}`,
      `Allow them ${action} on this resource, or run the command with others.`,
    );
  }
  if (REFUSED_CREDENTIALS.includes(name)) {
    return notChecked(
      check,
      `AWS refuses your credentials (${name})`,
      'Sign in again, and check AWS_PROFILE.',
    );
  }
  const code = Error.isError(error) && 'code' in error && typeof error.code === 'string' ? error.code : name;
  return notChecked(
    check,
    `AWS did not answer ${action} (${code})`,
    'Check the network, and run the command again.',
  );
}
