import { decodeJwt } from 'jose';
import * as z from 'zod';
import { GrantStore } from '../../../lib/grants/index.ts';
import { getRevocationHandler } from '../../../lib/http/routes/revocations/get-revocation.ts';
import { revokeTokensHandler } from '../../../lib/http/routes/revocations/revoke-tokens.ts';
import { RevocationAnswer } from '../../../lib/http/routes/revocations/schemas.ts';
import { type ApiResult } from '../../../lib/http/routes/route.ts';
import { type Principal } from '../../../lib/identity/index.ts';
import { beginRun, finishWithdrawals, sweep } from '../../../lib/revocation/index.ts';
import { secondsOf } from '../../../lib/runtime/clock.ts';
import { createMinting, type MintedToken, type MintRequest } from '../../../lib/tokens/index.ts';
import { type Claims } from '../grants/grants-api.ts';
import { grant, subject } from '../grants/grants.ts';
import { apiEvent, lambdaContext } from '../http/events.ts';
import { world } from '../world/world.ts';
import { Revoking } from './revoking.ts';

/** A backend that may revoke the tokens of every user. */
export const REVOKER: Claims = { sub: 'backend', scope: 'layermint/revocations' };

/** The routes of revocations over a table in memory, and a clock that moves by hand. */
export class RevocationsApi {
  readonly revoking = new Revoking();
  readonly #store = new GrantStore(this.revoking.table);

  get #dependencies() {
    const { table, clock, log, audit, documentEngine } = this.revoking;
    return { ...world({ table, clock, log, audit }), documentEngine, store: this.#store };
  }

  async grant(principal: Principal, role: string, documentId = 'contract'): Promise<void> {
    await this.#store.put(documentId, grant(principal, role));
  }

  async mint(
    userId: string,
    documentId = 'contract',
    details: Partial<MintRequest> = {},
  ): Promise<MintedToken> {
    const request = { documentId, layer: '', ttlSeconds: 900, ...details };
    const outcome = await createMinting(this.#dependencies).mintToken(subject(userId), request);
    if (outcome.outcome !== 'minted') throw new TypeError(`not minted: ${JSON.stringify(outcome)}`);
    return outcome;
  }

  /** Removes a grant, and ends the tokens that were built from it. */
  async remove(principal: Principal, documentId = 'contract'): Promise<void> {
    const [slot] = await this.#store.read(documentId, [principal]);
    const written = slot && (await this.#store.remove(slot, secondsOf(this.revoking.clock)));
    if (written === undefined) throw new TypeError('the grant was changed meanwhile');
    await finishWithdrawals([{ documentId, principal, ...written }], beginRun(this.revoking, Infinity));
  }

  /** Tells whether Document Engine was told that a token is revoked until after its end. */
  ended({ family, expiresAt }: MintedToken): boolean {
    const told = this.revoking.told.flat().map((jwt) => decodeJwt(jwt));
    return told.some(({ jti, exp = 0 }) => jti === family && exp > expiresAt);
  }

  revoke(claims: Claims, body: unknown): Promise<ApiResult> {
    return revokeTokensHandler(this.#dependencies)(
      apiEvent({ claims, body, route: 'POST /v1/revocations' }),
      lambdaContext(),
    );
  }

  read(claims: Claims, id: string): Promise<ApiResult> {
    const event = { ...apiEvent({ claims }), pathParameters: { id } };
    return getRevocationHandler(this.#dependencies)(event, lambdaContext());
  }

  /** Runs the sweeper, after some time in milliseconds. */
  async sweep(after = 0): Promise<void> {
    this.revoking.clock.advance(after);
    await sweep(beginRun(this.revoking, Infinity));
  }
}

/** Reads the progress of a revocation from an answer. */
export function answerIn({ body = '' }: ApiResult): z.output<typeof RevocationAnswer> {
  return z.parse(RevocationAnswer, JSON.parse(body));
}
