import type * as z from 'zod/mini';
import type { Subject } from '../../../identity/index.ts';
import { InvariantError } from '../../../runtime/errors.ts';
import type { MintOutcome, MintRefusal, MintRequest } from '../../../tokens/index.ts';
import { problemOf } from '../../problems/problem-of.ts';
import type { Problem } from '../../problems/problem.ts';
import type { MintRecords } from '../../records/mint-records.ts';
import type { BatchAnswer } from './batch-schemas.ts';
import { problemOfRefusal } from './mint-problems.ts';
import { tokenAnswer } from './token-answer.ts';

/** An entry that is not served. */
export interface FaultyEntry {
  readonly problem: Problem;
  /** Absent if it could not be read. */
  readonly request?: MintRequest;
}

/** An entry of a batch: a request to mint, or its fault. */
export type Entry = MintRequest | FaultyEntry;

type Result = z.output<typeof BatchAnswer>['results'][number];

/** The facts of a batch that its results need. */
interface Batch {
  readonly requestId: string;
  readonly subject: Subject;
  /** Without a slash at its end. */
  readonly documentEngineUrl: string;
  readonly records: MintRecords;
}

/** Makes the results of a batch in the order of its entries, and writes the record of each. */
export class BatchResults {
  /** Those of the entries that are not served. */
  readonly problems: Problem[] = [];
  readonly #results: Result[] = [];
  readonly #entries: readonly Entry[];
  readonly #batch: Batch;

  constructor(entries: readonly Entry[], batch: Batch) {
    this.#entries = entries;
    this.#batch = batch;
  }

  /** Takes the outcome of the next entry without a fault. */
  take(outcome: MintOutcome): void {
    const request = this.#nextRequest();
    const { subject, documentEngineUrl, records } = this.#batch;
    if (outcome.outcome === 'minted') {
      records.minted(outcome);
      this.#results.push({ status: 201, token: tokenAnswer(outcome, documentEngineUrl) });
    } else if (outcome.outcome === 'refused') {
      this.#refuse(problemOfRefusal(outcome, subject), request, outcome);
    } else this.#refuse(problemOf(outcome.error), request);
  }

  /** Gives the results of all entries. @throws InvariantError if an entry without a fault has no outcome */
  all(): readonly Result[] {
    if (this.#nextRequest() !== undefined) throw new InvariantError('a request to mint has no outcome');
    return this.#results;
  }

  /** Refuses the faulty entries that come next. @returns the entry after them; undefined if there is none */
  #nextRequest(): MintRequest | undefined {
    for (;;) {
      const entry = this.#entries[this.#results.length];
      if (entry === undefined || !('problem' in entry)) return entry;
      this.#refuse(entry.problem, entry.request);
    }
  }

  #refuse(problem: Problem, request?: MintRequest, refusal?: MintRefusal): void {
    const { records, requestId } = this.#batch;
    this.problems.push(problem);
    records.refused(problem, request, refusal);
    this.#results.push({ status: problem.status, problem: problem.body(requestId) });
  }
}
