import { LayermintError } from '../runtime/errors.ts';

/** The rotation cannot run in the present state. The message names the reason and the cure. */
export class RotationRefusedError extends LayermintError {
  override readonly name = 'RotationRefusedError';
  readonly code = 'ROTATION_REFUSED';
}

/** Another rotation holds the lease. Run this one again when the other has ended, or when its lease has run out. */
export class RotationUnderWayError extends LayermintError {
  override readonly name = 'RotationUnderWayError';
  readonly code = 'ROTATION_UNDER_WAY';
}

/** Document Engine behaves in a way that makes the rotation unsafe. The message names the setting to check. */
export class DocumentEngineUnexpectedError extends LayermintError {
  override readonly name = 'DocumentEngineUnexpectedError';
  readonly code = 'DOCUMENT_ENGINE_UNEXPECTED';
}
