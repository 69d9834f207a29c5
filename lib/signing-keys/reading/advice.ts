/** The fault and the cure for each thing that people take for a private key. Each continues a sentence about the value. */
export const FAULTS = {
  none:
    'holds no private key. Store one as PEM (PKCS#8, PKCS#1 or SEC1), DER or JWK; or {"state": "none"}. Document Engine\'s API ' +
    'token belongs into the secret that the stage parameter "documentEngineApiTokenSecretArn" names',
  empty: 'is empty',
  tooLong: 'is longer than 65,536 bytes, the most that Secrets Manager takes. Store one private key alone',
  json: 'begins like JSON but is not. Correct its quotes, commas and backslashes, or store the PEM alone',
  repeated: 'holds JSON that names a member twice, and does not say which one counts. Remove one of them',
  cut: 'holds a private key of which a part is missing. Copy it again, with the lines "-----BEGIN" and "-----END"',
  damaged:
    'holds a private key that cannot be read as one: characters were changed or added. Copy it again from its file',
  jwk: 'holds a private JWK that cannot be read. An EC key has crv, x, y and d; an RSA key n, e, d, p, q, dp, dq and qi',
  hyphens:
    'holds PEM without the hyphens of "-----BEGIN … KEY-----": a word processor or a chat has changed or dropped them. Copy it ' +
    'again from its file',
  encrypted:
    'holds a private key that is encrypted with a passphrase. Decrypt a copy with `openssl pkcs8 -topk8 -nocrypt -in FILE -out ' +
    'key.pem`. Secrets Manager encrypts it again',
  openssh:
    'holds a private key in OpenSSH\'s own format. Convert a copy with `ssh-keygen -p -m PEM -N "" -f COPY`',
  openssh25519:
    'holds an Ed25519 key of OpenSSH, and Document Engine verifies RSA and EC keys only. Make another key with `openssl genpkey`',
  putty:
    "holds a private key in PuTTY's format. Convert it with `puttygen FILE -O private-openssh -o key.pem`",
  pkcs12:
    'holds a PKCS#12 file. Take the private key out with `openssl pkcs12 -in FILE -nodes -nocerts -out key.pem`',
  public: 'holds a public key, which cannot sign. Store the private key that belongs to it',
  damagedPublic:
    'holds a public key beside the private one that cannot be read. Copy both again, or store the private key alone',
  certificate: 'holds a certificate, which cannot sign. Store the private key that belongs to it',
  request: 'holds a certificate request, which cannot sign. Store the private key that belongs to it',
  sshPublic:
    'holds an SSH public key, which cannot sign. Store the private key: the file without ".pub" beside it',
  symmetric:
    'holds a symmetric key, and Document Engine verifies RSA and EC keys only. Make one with `openssl genpkey`',
  arn: 'holds an ARN, not a key. A private key of KMS never leaves it: make another one with `openssl genpkey`',
  file: 'holds the name of a file, not its content. Write `file://` before the name in the AWS CLI (`fileb://` for binary)',
  other: 'holds PEM, DER or a JWK, but no private RSA or EC key. Make one with `openssl genpkey`',
} as const;

/** The name of a fault, one of {@link FAULTS}. */
export type Fault = keyof typeof FAULTS;
