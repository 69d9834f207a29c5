import type { Milliseconds } from '../../../../lib/runtime/time.ts';
import { SecretsManagerError } from './errors.ts';

/** A secret's content. Binary content is base64, as in the protocol. */
export interface SecretValue {
  readonly kind: 'SecretString' | 'SecretBinary';
  readonly content: string;
}

export interface Version {
  /** The ClientRequestToken of the call that made it. */
  readonly id: string;
  /** Undefined in a version made by RotateSecret, until the rotation function puts one in. */
  readonly value: SecretValue | undefined;
  /** Since the Unix epoch. */
  readonly createdAt: Milliseconds;
  /** The staging labels on it. A version without one is deprecated: still there, but not listed. */
  readonly stages: Set<string>;
}

/** A secret with its versions, and AWS's rules for the staging labels that point at them. */
export class Secret {
  readonly name: string;
  readonly arn: string;
  readonly description: string | undefined;
  /** Since the Unix epoch. */
  readonly createdAt: Milliseconds;
  changedAt: Milliseconds;
  /** Absent until rotation is configured, as in AWS's own answers. */
  rotationEnabled: boolean | undefined;
  readonly #versions = new Map<string, Version>();

  constructor(identity: {
    name: string;
    arn: string;
    description: string | undefined;
    createdAt: Milliseconds;
  }) {
    this.name = identity.name;
    this.arn = identity.arn;
    this.description = identity.description;
    this.createdAt = identity.createdAt;
    this.changedAt = identity.createdAt;
  }

  /** The versions that have a staging label. */
  labelledVersions(): Version[] {
    return [...this.#versions.values()].filter(({ stages }) => stages.size > 0);
  }

  version(id: string): Version | undefined {
    return this.#versions.get(id);
  }

  /**
   * Finds the version with an id, a staging label, or both (AWSCURRENT if neither is given), and its value.
   *
   * @throws SecretsManagerError if there is none, it has no value, or the two name different versions
   */
  find(id: string | undefined, stage: string | undefined): Version & { readonly value: SecretValue } {
    const { value, ...version } = this.#find(id, stage);
    if (value !== undefined) return { ...version, value };
    const by = id === undefined ? `staging label: ${stage ?? 'AWSCURRENT'}` : `VersionId: ${id}`;
    return refuse(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for ${by}`,
    );
  }

  #find(id: string | undefined, stage: string | undefined): Version {
    if (id === undefined) {
      const label = stage ?? 'AWSCURRENT';
      return (
        this.#holder(label) ??
        refuse(
          'ResourceNotFoundException',
          `Secrets Manager can't find the specified secret value for staging label: ${label}`,
        )
      );
    }
    const version = this.#existing(id);
    if (stage !== undefined && !version.stages.has(stage))
      refuse(
        'InvalidRequestException',
        'You provided a VersionStage that is not associated to the provided VersionId.',
      );
    return version;
  }

  /**
   * Adds a version and moves staging labels to it. The first version of a secret always gets AWSCURRENT. Repeating a call
   * changes nothing.
   *
   * @param token - the ClientRequestToken, which becomes the version's id
   * @param now - since the Unix epoch
   * @throws SecretsManagerError if the token already made a version with another value
   */
  put(token: string, value: SecretValue, stages: readonly string[], now: Milliseconds): Version {
    const repeated = this.#versions.get(token);
    if (repeated !== undefined && repeated.value === undefined) {
      const filled: Version = { ...repeated, value };
      this.#versions.set(token, filled);
      for (const stage of new Set(stages)) this.#attach(stage, filled);
      this.changedAt = now;
      return filled;
    }
    if (repeated?.value !== undefined) {
      if (repeated.value.kind === value.kind && repeated.value.content === value.content) return repeated;
      refuse(
        'ResourceExistsException',
        `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${this.arn}.`,
      );
    }
    const isFirst = this.#versions.size === 0;
    const version: Version = { id: token, value, createdAt: now, stages: new Set() };
    this.#versions.set(token, version);
    for (const stage of new Set(isFirst ? [...stages, 'AWSCURRENT'] : stages)) this.#attach(stage, version);
    this.changedAt = now;
    return version;
  }

  /**
   * RotateSecret: adds the version to rotate to, labelled AWSPENDING and without a value.
   *
   * @param now - since the Unix epoch
   */
  addPending(token: string, now: Milliseconds): void {
    if (this.#versions.has(token)) return;
    const version: Version = { id: token, value: undefined, createdAt: now, stages: new Set() };
    this.#versions.set(token, version);
    this.#attach('AWSPENDING', version);
  }

  /** Finds the version of a rotation that is not complete. */
  pendingVersion(): Version | undefined {
    const pending = this.#holder('AWSPENDING');
    return pending?.stages.has('AWSCURRENT') ? undefined : pending;
  }

  /**
   * UpdateSecretVersionStage: moves a staging label from one version to another, attaches it, or removes it.
   *
   * @param now - since the Unix epoch
   * @throws SecretsManagerError if the label is on another version than `from` says, or AWSCURRENT would be on none
   */
  moveStage(stage: string, from: string | undefined, to: string | undefined, now: Milliseconds): void {
    const holder = this.#holder(stage);
    if (from === undefined && to === undefined)
      refuse('InvalidParameterException', 'You must provide MoveToVersionId, RemoveFromVersionId or both.');
    const target = to === undefined ? undefined : this.#existing(to);
    if (from === undefined) {
      if (holder !== undefined && holder !== target)
        refuse(
          'InvalidParameterException',
          `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ${holder.id}, so you must explicitly reference that version in RemoveFromVersionId.`,
        );
    } else if (this.#existing(from) !== holder) {
      refuse('InvalidParameterException', `Staging label ${stage} is not attached to version ${from}.`);
    }
    if (target === undefined) {
      if (stage === 'AWSCURRENT')
        refuse(
          'InvalidParameterException',
          "You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed.",
        );
      holder?.stages.delete(stage);
    } else {
      this.#attach(stage, target);
    }
    this.changedAt = now;
  }

  #attach(stage: string, version: Version): void {
    const former = this.#holder(stage);
    if (former === version) return;
    former?.stages.delete(stage);
    version.stages.add(stage);
    if (stage === 'AWSCURRENT' && former !== undefined) this.#attach('AWSPREVIOUS', former);
  }

  #holder(stage: string): Version | undefined {
    return [...this.#versions.values()].find(({ stages }) => stages.has(stage));
  }

  #existing(id: string): Version {
    return (
      this.#versions.get(id) ??
      refuse(
        'ResourceNotFoundException',
        `Secrets Manager can't find the specified secret value for VersionId: ${id}`,
      )
    );
  }
}

function refuse(code: SecretsManagerError['code'], message: string): never {
  throw new SecretsManagerError(code, message);
}
