export type { OperationName } from './secret-operations.ts';
export type { InvokeRotation, RotationEvent } from './secret-rotation.ts';
export {
  createSecretsManager,
  type SecretsManager,
  type SecretsManagerOptions,
} from './secrets-manager-in-memory.ts';
export { startSecretsManager, type LocalSecretsManager } from './secrets-manager-server.ts';
export type { Secret } from './stored-secret.ts';
