import type { AuditLog, AuditType } from '../../audit/index.ts';
import { problemOf } from '../problems/problem-of.ts';
import { isDecision } from './decisions.ts';
import type { Data } from './grant-data.ts';

/** Writes the records of one request. */
export class RequestRecords {
  readonly #audit: AuditLog;
  readonly #requestId: string;
  #data: Data;
  #written = 0;

  /** @param requestId - of API Gateway */
  constructor(requestId: string, audit: AuditLog) {
    this.#audit = audit;
    this.#requestId = requestId;
    this.#data = { requestId };
  }

  /** Adds facts that every further record has. The member `documentId` becomes the subject of the records. */
  about(data: Data): void {
    this.#data = { ...this.#data, ...data };
  }

  /** Writes a record. */
  record(type: AuditType, data: Data = {}): void {
    const all = { ...this.#data, ...data };
    const { documentId } = all;
    const id = `${this.#requestId}/${this.#written++}`;
    this.#audit.record({
      type,
      id,
      ...(typeof documentId === 'string' && { subject: documentId }),
      data: all,
    });
  }

  /** Runs the work of the request. If it ends in a decision against the caller, this writes a record with the reason. */
  async orRefused<Result>(type: AuditType, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      const problem = problemOf(error);
      if (isDecision(problem)) this.record(type, { reason: problem.slug });
      throw error;
    }
  }
}
