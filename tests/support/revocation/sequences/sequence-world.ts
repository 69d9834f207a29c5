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

/** What runs in a process of its own: the deployed functions, and the command that works on keys. */
export type FunctionName = 'mint' | 'changeGrants' | 'revoke' | 'sweep' | 'rotate' | 'keys';

/** A token in somebody's hands. */
export interface HeldToken {
  readonly subject: Subject;
  readonly jwt: string;
  readonly kid: string;
  readonly claims: TokenClaims;
}

/** Where somebody has asked for a token. */
export interface Asked {
  readonly place: Place;
  /** The last one that they got. */
  readonly token?: HeldToken;
}

/** A request to a route. */
export interface Request extends RequestParts {
  /** As it is sent. */
  readonly query?: string;
  readonly path?: Readonly<Record<string, string>>;
}

/** What came of a rotation: another one that did not come to its end may keep it from its turn. */
export type Rotated = 'done' | 'failed' | 'not its turn';

/** In place of an outcome: the process was killed before it came to one. */
export type Killed = 'killed';

/** How long a function that runs on no request can take, in milliseconds. */
const TIME_LIMIT = 120_000;

/** The deployed functions, each in a process of its own, and what came of calling them. The clock moves by hand. */
export class SequenceWorld {
  readonly systems: Systems;
  /** Whether Document Engine always keeps a key that was current until it is told of it again. */
  readonly keepsKeys: boolean;
  /** Everything that was ever minted and handed out. */
  readonly tokens = new Set<HeldToken>();
  /** By its name, every place where somebody has asked for a token, and the last one that they got. */
  readonly asked = new Map<string, Asked>();
  /** Those that are to have ended, by a revocation that was answered or an emergency that came to its end. */
  readonly revoked = new Set<HeldToken>();
  /** Those that were refused before their time. */
  readonly ended = new Set<HeldToken>();
  /** Whether an emergency was begun that has not come to its end; until then what is minted may be of the leaked key. */
  isEmergency = false;
  readonly #processes = new Map<FunctionName, FunctionProcess>();
  /** Why steps of the rotation failed that was asked for last. */
  #failures: unknown[] = [];

  /** @param behaviour - of Document Engine where its documentation leaves it open; the harshest unless given */
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

  /** Whether Document Engine takes a token now. */
  accepts({ jwt }: HeldToken): boolean {
    return this.documentEngine.verify(jwt).accepted;
  }

  /** Whether whoever is granted something can count on getting a token that is accepted. */
  get serves(): boolean {
    return this.keepsKeys && !this.isEmergency;
  }

  /** Puts a token into the hands of somebody who asked for it. */
  handOut(place: Place, jwt: string): HeldToken {
    const { kid = '' } = decodeProtectedHeader(jwt);
    const token = { subject: place.subject, jwt, kid, claims: claimsIn(jwt) };
    this.tokens.add(token);
    this.asked.set(nameOf(place), { place, token });
    return token;
  }

  /** Sends a request to a route of a function, which may be killed over it. */
  request(
    name: FunctionName,
    routeOf: (dependencies: FunctionDependencies) => ApiHandler,
    { query = '', path = {}, ...parts }: Request,
    death?: Death,
  ): Promise<ApiResult | Killed> {
    const event = { ...apiEvent(parts), rawQueryString: query, pathParameters: { ...path } };
    return this.#run(name, death, ({ dependencies }) => routeOf(dependencies)(event, lambdaContext()));
  }

  /** Runs the sweeper, as its schedule does. */
  sweep(death?: Death): Promise<'done' | Killed> {
    return this.#run<'done'>('sweep', death, async ({ dependencies }) => {
      await sweepHandler(dependencies, dependencies.log)(undefined, remaining);
      return 'done';
    });
  }

  /**
   * Asks Secrets Manager for a rotation, or to go on with one that did not come to its end, and waits for what comes of it.
   *
   * @param version - names the rotation
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
    );
    try {
      await handler(event, remaining);
    } catch (error) {
      this.#failures.push(error);
      throw error;
    }
  }

  /**
   * Gives up the signing key at once, as the command does. Where it comes to its end, no token of another key is to be
   * accepted any more.
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

const remaining = { getRemainingTimeInMillis: (): number => TIME_LIMIT };
