import type { AuditLog } from '../../audit/index.ts';
import type { Caller } from '../authentication/caller.ts';
import type { Data } from './grant-data.ts';

/** Writes the caller of a request, and the app or backend that the caller token was issued to. */
export function callerData({ subject, clientId }: Caller, audit: AuditLog): Data {
  return { callerId: audit.userId(subject.userId), clientId };
}
