// Separate from lib/signing-keys/index.ts, so that the bundles of functions that only sign contain no rotation code.
export {
  EMERGENCY_PHASES,
  isEmergencyUnfinished,
  rotateInEmergency,
  type EmergencyDependencies,
} from './emergency.ts';
export { DocumentEngineUnexpectedError, RotationRefusedError, RotationUnderWayError } from './errors.ts';
export { generateSigningKey, secretStringOf, type GeneratedKey } from './generate.ts';
export { checkKeys, type KeyCheck } from './key-check/key-check.ts';
export { keyCheckHandler } from './key-check/key-check-event.ts';
export { permitReplacing } from './ownership/foreign-key.ts';
export { assertNoForeignKey } from './ownership/replaceable.ts';
export { currentPair, pendingPair, writePending } from './pairs.ts';
export { probe } from './probe.ts';
export { ROTATION_STEPS, Rotation, type RotationStep } from './rotation.ts';
export { type Predecessor, type RotationDependencies } from './rotation-run.ts';
export { SigningKeySecret, type SecretLabels, type StagingLabel } from './signing-key-secret.ts';
export {
  signingKeysStatus,
  type OwnedEntry,
  type SigningKeysStatus,
  type SigningKeyStatus,
  type StatusDependencies,
} from './status.ts';
export { rotationHandler, RotationStepError } from './rotation-event.ts';
export { dropUnusablePending, waitingVersion, type UnusablePending } from './unusable-pending.ts';
