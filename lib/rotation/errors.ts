import { LayermintError } from '../runtime/errors.ts';

/** A rotation is refused as things are; the message says why, and what to do. */
export class RotationRefusedError extends LayermintError {
  override readonly name = 'RotationRefusedError';
  readonly code = 'ROTATION_REFUSED';
}

/** Another rotation is under way; this one can be run again when that one has ended, or its time is over. */
export class RotationUnderWayError extends LayermintError {
  override readonly name = 'RotationUnderWayError';
  readonly code = 'ROTATION_UNDER_WAY';
}

/** Document Engine does not do as it must for the rotation to be safe; the message says what to check. */
export class DocumentEngineUnexpectedError extends LayermintError {
  override readonly name = 'DocumentEngineUnexpectedError';
  readonly code = 'DOCUMENT_ENGINE_UNEXPECTED';
}
