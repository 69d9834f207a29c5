import type { Milliseconds } from '../../lib/runtime/time.ts';
import type { Measured, MintingName } from './measured.ts';

/** The memory at which Lambda gives a function one whole processor (Lambda developer guide, "Configure Lambda function memory"). */
const MB_OF_ONE_PROCESSOR = 1769;

/**
 * The time of a call of DynamoDB in milliseconds. AWS promises "single-digit milliseconds" (DynamoDB developer guide,
 * "What is Amazon DynamoDB?"), so this is more than a usual call takes.
 */
export const DYNAMODB_MS = 10;

/** The time of a process's first calls in milliseconds, with their connections and the secret. It is assumed: AWS documents none. */
export const FIRST_CALLS_MS = 200;

/** The share of invocations that start a process. AWS found fewer than one in a hundred (AWS Compute Blog, 2025-04-29). */
export const COLD_SHARE = 0.01;

/** The connections to DynamoDB that a process has at once (the AWS SDK's default). The calls of a batch run side by side on them. */
const CONNECTIONS = 50;

/** The minutes for which a process uses a signing key without asking Secrets Manager (`FRESH` in lib/signing-keys/cache.ts). */
export const KEY_REFRESH_MINUTES = 5;

/** Computes the share of a processor that a request gets with this memory. A second processor does not help its one thread. */
export function shareOfProcessor(memoryMb: number): number {
  return Math.min(memoryMb / MB_OF_ONE_PROCESSOR, 1);
}

/** Computes the time that a function needs for its processor work, in milliseconds: its memory buys a share of a processor. */
function onLambda(cpuMs: number, { stage }: Measured): number {
  return cpuMs / shareOfProcessor(stage.memoryMb);
}

/** Computes the time of a mint's own work in a warm and in a new process of Lambda, without its calls of AWS, in milliseconds. */
export function mintWork(measured: Measured): { readonly warm: Milliseconds; readonly cold: Milliseconds } {
  const { warm, cold } = measured.mint;
  return { warm: onLambda(warm.cpuMs, measured), cold: onLambda(cold.cpuMs, measured) };
}

/** The billed durations of an invocation, in whole milliseconds. AWS bills the start of a process too, since August 2025. */
export interface BilledMs {
  readonly warm: number;
  readonly cold: number;
  /** Over {@link COLD_SHARE} of cold invocations. It is a fraction. */
  readonly mean: number;
}

/** Computes the billed durations of a request that mints. */
export function billedMint(name: MintingName, measured: Measured): BilledMs {
  const { calls, requests, tokens } = measured.minting[name];
  const { cold, warm, batch } = measured.mint;
  const work = name === 'batches' ? batch : warm;
  const turns = Math.ceil(tokens / requests / CONNECTIONS);
  const waiting = (calls / tokens) * turns * DYNAMODB_MS;
  const warmMs = Math.ceil(onLambda(work.cpuMs, measured) + waiting);
  const coldMs = Math.ceil(onLambda(cold.cpuMs, measured) + FIRST_CALLS_MS + waiting);
  return { warm: warmMs, cold: coldMs, mean: warmMs * (1 - COLD_SHARE) + coldMs * COLD_SHARE };
}

/** Computes the billed duration of a sweep that finds nothing to do. Its queries run side by side. */
export function billedSweep(measured: Measured): number {
  return Math.ceil(onLambda(measured.sweep.cpuMs, measured) + 2 * DYNAMODB_MS);
}
