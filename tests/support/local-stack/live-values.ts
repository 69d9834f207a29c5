const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g;

/** Members with new values at every start of the service, which later requests use. */
const MADE_ANEW = new Set(['jwt', 'jti', 'etag', 'id', 'requestId', 'kid', 'x', 'y', 'serverUrl', 'issuer']);

/** Members with times in Unix seconds. */
const TIMES = new Set(['iat', 'exp']);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The values of real answers, by the values of the documented answers. */
export class LiveValues {
  readonly #live = new Map<string, string>();

  /** Records the real values in an answer for those in the documented one. */
  learn(documented: unknown, answered: unknown, member = ''): void {
    if (Array.isArray(documented) && Array.isArray(answered)) {
      for (const [at, value] of documented.entries()) this.learn(value, answered[at]);
    } else if (isObject(documented) && isObject(answered)) {
      for (const [name, value] of Object.entries(documented)) this.learn(value, answered[name], name);
    } else if (typeof documented === 'string' && typeof answered === 'string' && MADE_ANEW.has(member)) {
      this.#live.set(documented, answered);
      // The name of an issuer that has none is the host of its URL.
      if (member === 'issuer') this.#live.set(new URL(documented).host, new URL(answered).host);
    }
  }

  /** Replaces the documented values in a text with the real ones. */
  in(text: string): string {
    // The longest first: a token contains other recorded values.
    return [...this.#live]
      .toSorted(([one], [other]) => other.length - one.length)
      .reduce((result, [documented, answered]) => result.replaceAll(documented, answered), text);
  }

  /**
   * Makes a documented and a real answer comparable: with real values and without times.
   *
   * @param documented - if it shows checks, all other checks are left out
   */
  comparable(answer: unknown, documented: unknown): unknown {
    const shown =
      isObject(documented) && Array.isArray(documented['checks']) ? documented['checks'] : undefined;
    if (shown === undefined || !isObject(answer) || !Array.isArray(answer['checks']))
      return this.#plain(answer);
    const ruleOf = (check: unknown): unknown => (isObject(check) ? check['rule'] : undefined);
    const rules = new Set(shown.map(ruleOf));
    return this.#plain({ ...answer, checks: answer['checks'].filter((check) => rules.has(ruleOf(check))) });
  }

  #plain(value: unknown, member = ''): unknown {
    if (typeof value === 'string') return this.in(value).replaceAll(TIME, '<time>');
    if (TIMES.has(member)) return '<time>';
    if (Array.isArray(value)) return value.map((element: unknown) => this.#plain(element));
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, it]) => [name, this.#plain(it, name)] as const),
    );
  }
}
