import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AggregatedResult, Reporter, Test, TestResult } from '@jest/reporters';
import * as z from 'zod';
import { inMinutes, progressLine, shareDone } from './progress.ts';
import { currentSuite, SUITES } from './suites.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const HISTORY = new URL('../../../node_modules/.cache/layermint/test-durations.json', import.meta.url);

/** The milliseconds between two lines. A terminal shows one line, which changes more often. */
const PAUSE = process.stderr.isTTY ? 1_000 : 10_000;

/** The last run of each suite on this machine: its milliseconds, and those of its files. */
const History = z.record(
  z.string(),
  z.object({ elapsed: z.number(), files: z.record(z.string(), z.number()) }),
);

/**
 * Reports a run of many files to standard error: its length at the start, its progress, and each failure at once. It
 * keeps the durations of the last run in node_modules/.cache. jest's own summary follows it.
 */
export default class ProgressReporter implements Reporter {
  readonly #suite = currentSuite();
  readonly #history = readHistory();
  readonly #durations: Record<string, number> = {};
  readonly #running = new Set<string>();
  #began = 0;
  #results: AggregatedResult | undefined;
  #timer: NodeJS.Timeout | undefined;

  onRunStart(results: AggregatedResult): void {
    this.#began = Date.now();
    this.#results = results;
    const last = this.#history[this.#suite];
    const here = last ? ` The last run here took ${inMinutes(last.elapsed)}.` : '';
    write(`${SUITES[this.#suite].length}${here}\n`);
    this.#timer = setInterval(() => {
      this.#show();
    }, PAUSE).unref();
  }

  onTestStart(test: Test): void {
    this.#running.add(relative(ROOT, test.path));
  }

  onTestResult(test: Test, result: TestResult, results: AggregatedResult): void {
    const file = relative(ROOT, test.path);
    this.#results = results;
    this.#running.delete(file);
    this.#durations[file] = result.perfStats.end - result.perfStats.start;
    if (result.failureMessage) write(`FAILED ${file}\n${result.failureMessage}\n`);
  }

  onRunComplete(_contexts: unknown, results: AggregatedResult): void {
    clearInterval(this.#timer);
    this.#results = results;
    this.#show();
    if (process.stderr.isTTY) process.stderr.write('\n');
    if (results.wasInterrupted) return;
    this.#history[this.#suite] = { elapsed: Date.now() - this.#began, files: this.#durations };
    mkdirSync(dirname(fileURLToPath(HISTORY)), { recursive: true });
    writeFileSync(HISTORY, JSON.stringify(this.#history));
  }

  #show(): void {
    const results = this.#results;
    if (results === undefined) return;
    const files = results.numTotalTestSuites;
    const line = progressLine({
      filesDone: Object.keys(this.#durations).length,
      files,
      testsDone: results.numTotalTests,
      testsFailed: results.numFailedTests,
      elapsed: Date.now() - this.#began,
      share: shareDone(Object.keys(this.#durations), files, this.#history[this.#suite]?.files ?? {}),
      running: [...this.#running],
    });
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line.slice(0, process.stderr.columns - 1)}`);
    else write(`${line}\n`);
  }
}

/** Begins a line of its own, also where a terminal shows the progress. */
function write(text: string): void {
  process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${text}` : text);
}

function readHistory(): z.infer<typeof History> {
  try {
    return History.parse(JSON.parse(readFileSync(HISTORY, 'utf8')));
  } catch {
    return {}; // It never ran here, or another version wrote the file.
  }
}
