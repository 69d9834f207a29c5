import { UNRECORDED } from '../../audit/recording.ts';
import { decodeProtectedHeader } from 'jose';
import { type LocalDocumentEngine } from '../../../../tools/local/stand-ins/document-engine/index.ts';
import { type RotationEvent } from '../../../../tools/local/stand-ins/secrets-manager/index.ts';
import { type ApiHandler, type ApiResult } from '../../../../lib/http/routes/route.ts';
import { type Subject } from '../../../../lib/identity/index.ts';
import { sweepHandler } from '../../../../lib/revocation/index.ts';
import {
  rotateInEmergency,
  Rotation,
  rotationHandler,
  RotationUnderWayError,
} from '../../../../lib/rotation/index.ts';
import { LayermintError } from '../../../../lib/runtime/errors.ts';
import { type Behaviour } from '../../document-engine/behaviours.ts';
import { apiEvent, lambdaContext, type RequestParts } from '../../http/events.ts';
import { type ManualClock } from '../../runtime/clock.ts';
import { claimsIn, type TokenClaims } from '../../tokens/client-token.ts';
import { FunctionProcess, type Death, type FunctionDependencies } from './function-process.ts';
import { nameOf, type Place } from './places.ts';
import { Systems } from './systems.ts';

/** The processes: one for each deployed function, and one for the command `keys`. */
export type FunctionName = 'mint' | 'changeGrants' | 'revoke' | 'sweep' | 'rotate' | 'keys';

/** A token in its holder's hands. */
export interface HeldToken {
  readonly subject: Subject;
  readonly jwt: string;
  readonly kid: string;
  readonly claims: TokenClaims;
}

/** A place for which a token was requested. */
export interface Asked {
  readonly place: Place;
  /** The last token for it. */
  readonly token?: HeldToken;
}

/** A request to a route. */
export interface Request extends RequestParts {
  /** The raw query string. */
  readonly query?: string;
  readonly path?: Readonly<Record<string, string>>;
}

/** The outcome of a rotation. `not its turn`: an unfinished rotation still holds the lease. */
export type Rotated = 'done' | 'failed' | 'not its turn';

/** The outcome of an invocation if its process was killed. */
export type Killed = 'killed';

/** The time limit of a function without a request, in milliseconds. */
const TIME_LIMIT = 120_000;

/** The deployed functions, each in its own process, and the results of calling them. The clock moves by hand. */
export class SequenceWorld {
  readonly systems: Systems;
  /** True if Document Engine always keeps a former current key until it is told of it again. */
  readonly keepsKeys: boolean;
  /** All tokens that were minted and handed out. */
  readonly tokens = new Set<HeldToken>();
  /** The places for which a token was requested, by their names, each with its last token. */
  readonly asked = new Map<string, Asked>();
  /** The tokens that must have ended, by an answered revocation or a finished emergency. */
  readonly revoked = new Set<HeldToken>();
  /** The tokens that were refused before they expired. */
  readonly ended = new Set<HeldToken>();
  /** True during an unfinished emergency. Until it is finished, tokens may be signed with the leaked key. */
  isEmergency = false;
  readonly #processes = new Map<FunctionName, FunctionProcess>();
  /** The errors of the steps of the last rotation. */
  #failures: unknown[] = [];

  /** @param behaviour - Document Engine's behaviour that its documentation leaves open; the harshest unless given */
  static async open(behaviour: Partial<Behaviour> = {}): Promise<SequenceWorld> {
    const keepsKeys = behaviour.identicalKey === undefined || behaviour.identicalKey === 'second-entry';
    const systems = await Systems.open(behaviour, (event) => world.#runStep(event));
    const world = new SequenceWorld(systems, keepsKeys);
    return world;
  }

  private constructor(systems: Systems, keepsKeys: boolean) {
    this.systems = systems;
    this.keepsKeys = keepsKeys;
  }

  get clock(): ManualClock {
    return this.systems.clock;
  }

  get documentEngine(): LocalDocumentEngine {
    return this.systems.documentEngine;
  }

  /** Tells whether Document Engine accepts a token now. */
  accepts({ jwt }: HeldToken): boolean {
    return this.documentEngine.verify(jwt).accepted;
  }

  /** True if every person with a grant must get a token that is accepted. */
  get serves(): boolean {
    return this.keepsKeys && !this.isEmergency;
  }

  /** Gives a minted token to the person of a place. */
  handOut(place: Place, jwt: string): HeldToken {
    const { kid = '' } = decodeProtectedHeader(jwt);
    const token = { subject: place.subject, jwt, kid, claims: claimsIn(jwt) };
    this.tokens.add(token);
    this.asked.set(nameOf(place), { place, token });
    return token;
  }

  /** Sends a request to a route of a function. @param death - kills the process during it; absent if it lives */
  request(
    name: FunctionName,
    routeOf: (dependencies: FunctionDependencies) => ApiHandler,
    { query = '', path = {}, ...parts }: Request,
    death?: Death,
  ): Promise<ApiResult | Killed> {
    const event = { ...apiEvent(parts), rawQueryString: query, pathParameters: { ...path } };
    return this.#run(name, death, ({ dependencies }) => routeOf(dependencies)(event, lambdaContext()));
  }

  /** Runs the sweeper, like its schedule. */
  sweep(death?: Death): Promise<'done' | Killed> {
    return this.#run<'done'>('sweep', death, async ({ dependencies }) => {
      await sweepHandler(dependencies, dependencies.log)(undefined, remaining);
      return 'done';
    });
  }

  /**
   * Asks Secrets Manager for a rotation, or to continue an unfinished one, and waits for its outcome.
   *
   * @param version - the name of the rotation
   */
  rotate(version: string, death?: Death): Promise<Rotated | Killed> {
    return this.#run<Rotated>('rotate', death, async () => {
      const failures: unknown[] = [];
      this.#failures = failures;
      await this.systems.requestRotation(version);
      if (failures.length === 0) return 'done';
      return failures.every((error) => error instanceof RotationUnderWayError) ? 'not its turn' : 'failed';
    });
  }

  async #runStep(event: RotationEvent): Promise<void> {
    const { dependencies } = this.#process('rotate');
    const { log } = dependencies;
    const handler = rotationHandler(
      new Rotation(dependencies),
      this.systems.surroundings.secrets.signingKey,
      log,
      UNRECORDED,
    );
    try {
      await handler(event, remaining);
    } catch (error) {
      this.#failures.push(error);
      throw error;
    }
  }

  /**
   * Drops the signing key at once, like the command. After that, no token of another key may be accepted.
   */
  emergency(death?: Death): Promise<Rotated | Killed> {
    return this.#run<Rotated>('keys', death, async ({ dependencies }) => {
      const wasEmergency = this.isEmergency;
      this.isEmergency = true;
      try {
        const kid = await rotateInEmergency({
          ...dependencies,
          replaceProcesses: () => {
            this.#processes.clear();
            return Promise.resolve();
          },
          report: () => undefined,
        });
        this.isEmergency = false;
        for (const token of this.tokens) if (token.kid !== kid) this.revoked.add(token);
        return 'done';
      } catch (error) {
        if (!(error instanceof LayermintError)) throw error;
        if (!(error instanceof RotationUnderWayError)) return 'failed';
        this.isEmergency = wasEmergency;
        return 'not its turn';
      }
    });
  }

  close(): Promise<void> {
    return this.systems.close();
  }

  #process(name: FunctionName): FunctionProcess {
    const running =
      this.#processes.get(name) ?? new FunctionProcess(this.systems.surroundings, name === 'mint');
    this.#processes.set(name, running);
    return running;
  }

  async #run<Outcome>(
    name: FunctionName,
    death: Death | undefined,
    call: (process: FunctionProcess) => Promise<Outcome>,
  ): Promise<Outcome | Killed> {
    const running = this.#process(name);
    running.begin(death);
    try {
      const outcome = await call(running);
      if (!running.isDead) return outcome;
    } catch (error) {
      if (!running.isDead) throw error;
    }
    if (this.#processes.get(name) === running) this.#processes.delete(name);
    return 'killed';
  }
}

const remaining = { awsRequestId: 'request', getRemainingTimeInMillis: (): number => TIME_LIMIT };
