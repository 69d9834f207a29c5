import Sequencer from '@jest/test-sequencer';

/** Runs the long files first. If one began last, a core would wait for it at the end. */
export default class LongFirstSequencer extends Sequencer {
  /** @param {import('@jest/test-result').Test[]} tests */
  sort(tests) {
    const isLong = ({ path }) => path.endsWith('.long.test.ts');
    const sorted = super.sort(tests);
    return [...sorted.filter(isLong), ...sorted.filter((test) => !isLong(test))];
  }
}
