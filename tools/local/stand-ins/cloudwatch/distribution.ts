/** The statistics that alarms and dashboards ask for. `p99` stands for every percentile, `p` and a number from 0 to 100. */
export type Statistic = 'SampleCount' | 'Sum' | 'Average' | 'Minimum' | 'Maximum' | `p${number}`;

/** A statistic is not one of {@link Statistic}. */
export class UnknownStatisticError extends Error {
  override readonly name = 'UnknownStatisticError';
}

/** Values of one group lie within 1 % of each other. */
const GROUP_WIDTH = Math.log(1.01);
/** Smaller and larger amounts share the outermost groups, so that no series can have more than a few thousand. */
const SMALLEST = 1e-3;
const LARGEST = 1e12;

interface Group {
  count: number;
  sum: number;
}

/**
 * The values of a metric in a minute, without the values themselves: statistics of busy minutes must fit into memory. Percentiles are
 * exact to 1 %.
 */
export class Distribution {
  #count = 0;
  #sum = 0;
  #minimum = Infinity;
  #maximum = -Infinity;
  readonly #groups = new Map<number, Group>();

  add(value: number): void {
    this.#addGroup(groupOf(value), { count: 1, sum: value });
    this.#count += 1;
    this.#sum += value;
    this.#minimum = Math.min(this.#minimum, value);
    this.#maximum = Math.max(this.#maximum, value);
  }

  /** Joins the values of several minutes. */
  static of(parts: readonly Distribution[]): Distribution {
    const [only, ...more] = parts;
    if (only !== undefined && more.length === 0) return only;
    const all = new Distribution();
    for (const part of parts) {
      for (const [key, group] of part.#groups) all.#addGroup(key, group);
      all.#count += part.#count;
      all.#sum += part.#sum;
      all.#minimum = Math.min(all.#minimum, part.#minimum);
      all.#maximum = Math.max(all.#maximum, part.#maximum);
    }
    return all;
  }

  /** The number of values. */
  get count(): number {
    return this.#count;
  }

  /**
   * Computes a statistic; undefined if there are no values.
   *
   * @throws {UnknownStatisticError}
   */
  statistic(name: string): number | undefined {
    const statistic = statisticNamed(name);
    if (this.#count === 0) return undefined;
    switch (statistic) {
      case 'SampleCount':
        return this.#count;
      case 'Sum':
        return this.#sum;
      case 'Average':
        return this.#sum / this.#count;
      case 'Minimum':
        return this.#minimum;
      case 'Maximum':
        return this.#maximum;
      default:
        return this.#percentile(Number(statistic.slice(1)));
    }
  }

  /** Finds the value that this many percent of all values do not exceed. */
  #percentile(percent: number): number {
    const rank = Math.max(1, Math.ceil((percent / 100) * this.#count));
    let counted = 0;
    for (const [, { count, sum }] of [...this.#groups].sort(([one], [other]) => one - other)) {
      counted += count;
      if (counted >= rank) return sum / count;
    }
    return this.#maximum;
  }

  #addGroup(key: number, { count, sum }: Group): void {
    const group = this.#groups.get(key);
    if (group === undefined) this.#groups.set(key, { count, sum });
    else {
      group.count += count;
      group.sum += sum;
    }
  }
}

/** @throws {UnknownStatisticError} */
function statisticNamed(name: string): Statistic {
  switch (name) {
    case 'SampleCount':
    case 'Sum':
    case 'Average':
    case 'Minimum':
    case 'Maximum':
      return name;
    default: {
      const [, percent] = /^p(\d{1,3}(?:\.\d{1,10})?)$/.exec(name) ?? [];
      if (percent === undefined || Number(percent) > 100)
        throw new UnknownStatisticError(`This CloudWatch does not know the statistic "${name}"`);
      return `p${Number(percent)}`;
    }
  }
}

/** Numbers the groups in the order of their values. */
function groupOf(value: number): number {
  if (value === 0) return 0;
  const amount = Math.min(Math.max(Math.abs(value), SMALLEST), LARGEST);
  return Math.sign(value) * (1 + Math.floor((Math.log(amount) - Math.log(SMALLEST)) / GROUP_WIDTH));
}
