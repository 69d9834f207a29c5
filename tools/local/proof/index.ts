export {
  clientSecretOf,
  isSame,
  NONCE_HEADER,
  PROOF_HEADER,
  proofOfAnswer,
  proofOfRequest,
  randomText,
  sessionTokenOf,
} from './proof.ts';
export { readSecretFile, SecretFileError, writeSecretFiles, type SecretFiles } from './secret-file.ts';
