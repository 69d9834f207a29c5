import type { Clock } from '../../../../lib/runtime/clock.ts';
import { toMilliseconds, type Milliseconds, type Seconds } from '../../../../lib/runtime/time.ts';
import type { UndocumentedBehaviour } from './options.ts';
import type { PublicKey } from './public-key.ts';

/** A public key that Document Engine holds. */
export interface JwtSecret {
  readonly id: number;
  readonly publicKey: PublicKey;
  /** Since the Unix epoch; undefined for the current secret, which never expires. */
  readonly expiresAt: Milliseconds | undefined;
}

/** The reason why a call of the Secrets API changes nothing: the text of its 400. */
export type Refusal = string;

/**
 * The public keys that verify tokens: one current, which never expires, and others that each have an expiry.
 * (Guide "Secrets rotation" of Document Engine.)
 */
export class JwtSecrets {
  readonly #behaviour: UndocumentedBehaviour;
  readonly #clock: Clock;
  readonly #secrets = new Map<number, JwtSecret>();
  #lastId = 0;
  #currentId: number;

  constructor(current: PublicKey, behaviour: UndocumentedBehaviour, clock: Clock) {
    this.#behaviour = behaviour;
    this.#clock = clock;
    this.#currentId = this.#insert(current, undefined);
  }

  /** Drops every secret, and takes this one as the current one. Ids are not used again. */
  replaceAll(current: PublicKey): void {
    this.#secrets.clear();
    this.#currentId = this.#insert(current, undefined);
  }

  /**
   * Makes the key of another backend the current one.
   *
   * @param others - `dropped`: all of them, as by a restart with REPLACE_SECRETS_FROM_ENV=true; `kept`: as by `rotate`
   * @returns puts the former keys back, the former current one only if nobody has replaced the other backend's since
   */
  takeOver(foreign: PublicKey, others: 'dropped' | 'kept'): () => void {
    const before = [...this.#secrets.values()];
    const formerId = this.#currentId;
    if (others === 'dropped') this.replaceAll(foreign);
    else this.rotate(foreign);
    const foreignId = this.#currentId;
    return () => {
      const isStillCurrent = this.#currentId === foreignId;
      for (const secret of before)
        if (isStillCurrent || secret.id !== formerId) this.#secrets.set(secret.id, secret);
      if (!isStillCurrent) return;
      this.#currentId = formerId;
      this.#secrets.delete(foreignId);
    };
  }

  /** The secrets that have not expired, oldest first. */
  list(): JwtSecret[] {
    const now = this.#clock.now();
    return [...this.#secrets.values()].filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now);
  }

  /**
   * Adds a secret and replaces none.
   *
   * @param expiresAt - since the Unix epoch
   */
  add(publicKey: PublicKey, expiresAt: Milliseconds | undefined): Refusal | undefined {
    const { withoutExpiry, identicalKey } = this.#behaviour;
    if (expiresAt === undefined && withoutExpiry === 'refused')
      return 'Only the current secret has no expiry; give expiresAt, or rotate to this secret.';
    const expiry = expiresAt ?? this.#in(withoutExpiry === 'refused' ? 0 : withoutExpiry.keptForSeconds);
    const twin = identicalKey === 'second-entry' ? undefined : this.#liveEntryOf(publicKey);
    if (twin === undefined) {
      this.#insert(publicKey, expiry);
      return undefined;
    }
    if (identicalKey === 'refused') return `This secret already exists, with the id ${twin.id}.`;
    if (twin.id !== this.#currentId) this.#expire(twin, expiry);
    return undefined;
  }

  /** Makes a secret the current one, which never expires. */
  rotate(publicKey: PublicKey): void {
    const { identicalKey, formerCurrent } = this.#behaviour;
    const twin = identicalKey === 'second-entry' ? undefined : this.#liveEntryOf(publicKey);
    const formerId = this.#currentId;
    if (twin?.id === formerId) return;

    if (twin === undefined) this.#currentId = this.#insert(publicKey, undefined);
    else {
      this.#currentId = twin.id;
      this.#expire(twin, undefined);
    }

    const former = this.#secrets.get(formerId);
    if (former === undefined) return;
    if (formerCurrent === 'deleted') this.#secrets.delete(formerId);
    else this.#expire(former, this.#in(formerCurrent === 'expired' ? 0 : formerCurrent.keptForSeconds));
  }

  /**
   * Changes the expiry of a secret other than the current one. A past expiry ends the secret at once.
   *
   * @param expiresAt - since the Unix epoch
   */
  changeExpiry(id: number, expiresAt: Milliseconds): Refusal | undefined {
    const secret = this.#secrets.get(id);
    if (secret === undefined) return `There is no secret with the id ${id}.`;
    if (id === this.#currentId) return 'The current secret never expires; rotate to another one first.';
    this.#expire(secret, expiresAt);
    return undefined;
  }

  /** Lists the keys to try on a token, in this order. */
  candidates(kid: string | undefined): JwtSecret[] {
    const live = this.list();
    const isCurrent = ({ id }: JwtSecret) => id === this.#currentId;
    const named = live.filter(({ publicKey }) => publicKey.thumbprint === kid);
    switch (this.#behaviour.keyChoice) {
      case 'oldest-first':
        return live;
      case 'newest-first':
        return live.reverse();
      case 'current-first':
        return [...live.filter(isCurrent), ...live.filter((secret) => !isCurrent(secret))];
      case 'by-kid':
        return named.length > 0 ? named : live;
      case 'by-kid-only':
        return kid === undefined ? live.filter(isCurrent) : named;
    }
  }

  #insert(publicKey: PublicKey, expiresAt: Milliseconds | undefined): number {
    const id = ++this.#lastId;
    this.#secrets.set(id, { id, publicKey, expiresAt });
    return id;
  }

  #expire(secret: JwtSecret, expiresAt: Milliseconds | undefined): void {
    this.#secrets.set(secret.id, { ...secret, expiresAt });
  }

  #liveEntryOf({ thumbprint }: PublicKey): JwtSecret | undefined {
    return this.list().find(({ publicKey }) => publicKey.thumbprint === thumbprint);
  }

  #in(seconds: Seconds): Milliseconds {
    return this.#clock.now() + toMilliseconds(seconds);
  }
}
