import { hash } from 'node:crypto';

/** Converts a user id to the form in which the logs and the audit log show it. */
export type ShownUserId = (userId: string) => string;

/**
 * Reads from a function's environment the form in which its logs show user ids.
 *
 * With hashing on, a user id becomes `sha256:` and the base64url of SHA-256 over `layermint`, the stage, `user` and the user id,
 * separated by zero bytes. So the lines of one user can be found, two stages never show the same text, and a hash of the user id that
 * another system made does not match. It is a pseudonym and no secret: anyone with a list of user ids can compute their hashes.
 */
export function shownUserIdOf({
  HASH_USER_IDS,
  STAGE,
}: {
  readonly HASH_USER_IDS?: 'on' | 'off' | undefined;
  readonly STAGE: string;
}): ShownUserId {
  if (HASH_USER_IDS !== 'on') return (userId) => userId;
  return (userId) => `sha256:${hash('sha256', `layermint\0${STAGE}\0user\0${userId}`, 'base64url')}`;
}

/**
 * A text for a log line that ends in a user id: the user id itself, a key of the table, or the name of a private layer. Only the logger
 * writes it, in the form that the stage wants. If such a text is used elsewhere by mistake, neither JSON nor a template shows the user id.
 */
export class UserText {
  readonly #before: string;
  readonly #userId: string;

  /** @param before - the text before the user id, which is always shown */
  constructor(before: string, userId: string) {
    this.#before = before;
    this.#userId = userId;
  }

  /** Writes the text with the user id in its shown form. */
  as(shown: ShownUserId): string {
    return this.#before + shown(this.#userId);
  }

  toString(): string {
    return `${this.#before}…`;
  }
}

/** Makes the log field of a user id. */
export function loggedUser(userId: string): UserText {
  return new UserText('', userId);
}

/**
 * Makes the log field of a layer's name: a private layer contains its user's id.
 *
 * @param prefix - the beginning of every private layer's name; never empty
 */
export function loggedLayer(layer: string, prefix: string): string | UserText {
  return layer.startsWith(prefix) ? new UserText(prefix, layer.slice(prefix.length)) : layer;
}
