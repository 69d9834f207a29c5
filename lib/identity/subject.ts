/** The person that a token is minted for. */
export interface Subject {
  /** Becomes `user_id`. 1 to 512 bytes, compared byte for byte. */
  readonly userId: string;
  /** Without repeats; at most 500. */
  readonly groups: readonly string[];
  /** Becomes `creator_name`. */
  readonly name?: string;
}
