/** The name of the function that Secrets Manager calls to rotate the signing key. */
export const ROTATION_FUNCTION = 'rotateSigningKey';
