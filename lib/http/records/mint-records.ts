import { hash } from 'node:crypto';
import type { AuditLog } from '../../audit/index.ts';
import { isPrivateLayer, privateLayerOf } from '../../grants/index.ts';
import type { MintedToken, MintRefusal, MintRequest } from '../../tokens/index.ts';
import type { Caller } from '../authentication/caller.ts';
import type { Represented } from '../authentication/on-behalf.ts';
import { rfc3339 } from '../messages/rfc3339.ts';
import { problemOf } from '../problems/problem-of.ts';
import type { Problem } from '../problems/problem.ts';
import { callerData } from './caller-data.ts';
import { isDecision } from './decisions.ts';
import { contentData, listed, makerData, principalData, type Data } from './grant-data.ts';
import { RequestRecords } from './request-records.ts';

export interface MintRecordsDependencies {
  readonly audit: AuditLog;
  readonly privateLayerPrefix: string;
}

/** CloudWatch Logs Insights finds at most 200 fields in a line, and each element of a list is one. */
const MOST_GRANTS = 12;
const LAYERS_OF_EACH = 3;

/**
 * Writes the records of one request to mint: one for each token, and one for each refusal. A token's record is written before the
 * answer, so no token leaves the process without one.
 */
export class MintRecords {
  readonly #records: RequestRecords;
  readonly #deps: MintRecordsDependencies;
  #caller: Caller | undefined;
  #requests: readonly MintRequest[] = [];
  #userId = '';
  #groups: Data = {};
  /** The last problem of a refusal that is written. */
  #refused: unknown;

  constructor(requestId: string, dependencies: MintRecordsDependencies) {
    this.#records = new RequestRecords(requestId, dependencies.audit);
    this.#deps = dependencies;
  }

  /** Tells the caller of the request. */
  by(caller: Caller): void {
    this.#caller = caller;
    this.asks([], undefined);
  }

  /** Tells the requests that could be read, and the person that the caller names as their user. */
  asks(requests: readonly MintRequest[], onBehalfOf: Represented | undefined): void {
    const caller = this.#caller;
    if (caller === undefined) return;
    const { audit } = this.#deps;
    const { userId, groups = [] } = onBehalfOf ?? caller.subject;
    this.#requests = requests;
    this.#userId = userId;
    this.#records.about({
      userId: audit.userId(userId),
      ...callerData(caller, audit),
      onBehalf: onBehalfOf !== undefined,
    });
    this.#groups = {
      groupCount: new Set(groups).size,
      groupsUnread: onBehalfOf ? undefined : caller.subject.unreadGroups?.reason,
    };
  }

  /** Runs the work of the request, and writes the refusal of all of it. */
  async orRefused<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      const problem = problemOf(error);
      const requests = this.#requests.length === 0 ? [undefined] : this.#requests;
      if (error !== this.#refused) for (const request of requests) this.refused(problem, request);
      throw error;
    }
  }

  minted(token: MintedToken): void {
    const { audit } = this.#deps;
    const grants = token.grants.map((grant) => ({
      ...principalData(grant.principal, audit),
      ...contentData(grant, LAYERS_OF_EACH),
      ...makerData(grant, audit),
    }));
    this.#records.record('token.minted', {
      documentId: token.documentId,
      layer: this.#layer(token.layer),
      expiresAt: rfc3339(token.expiresAt),
      family: token.family,
      kid: token.kid,
      tokenSha256: hash('sha256', token.jwt),
      permissions: token.permissions,
      ...listed('grants', grants, MOST_GRANTS),
    });
  }

  /**
   * Writes the refusal of a request, if the problem is a decision.
   *
   * @param request - absent if it could not be read
   * @returns the problem
   */
  refused(problem: Problem, request?: MintRequest, refusal?: MintRefusal): Problem {
    this.#refused = problem;
    if (!isDecision(problem)) return problem;
    const { layer = '', documentId, permissions } = request ?? {};
    this.#records.record('token.refused', {
      documentId,
      layer: request && this.#layer(layer),
      reason: problem.slug,
      ...this.#groups,
      expiredGrantWouldAllow: refusal !== undefined && 'expiredGrantWouldAllow' in refusal,
      permissions,
    });
    return problem;
  }

  /** Writes a layer. The name of a private layer ends in the id of its user. */
  #layer(layer: MintRequest['layer']): string | undefined {
    const { audit, privateLayerPrefix: prefix } = this.#deps;
    const name = typeof layer === 'string' ? layer : privateLayerOf(this.#userId, prefix);
    return name !== undefined && isPrivateLayer(name, prefix)
      ? prefix + audit.userId(name.slice(prefix.length))
      : name;
  }
}
