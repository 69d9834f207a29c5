// Loaded before the local stack (`node --import`): its time stands still, in each of its threads, until a message moves it.
import { syncBuiltinESMExports } from 'node:module';
import threads, { getEnvironmentData, isMainThread, setEnvironmentData, Worker } from 'node:worker_threads';
import { STARTS_AT } from './still-clock-variable.ts';

/** The name of the time among the data that a thread inherits. */
const TIME = 'still time';

const time = isMainThread ? new Float64Array(new SharedArrayBuffer(8)) : inheritedTime();

globalThis.Date = new Proxy(Date, {
  construct: (target, args, created) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, created) as Date,
  apply: (target) => new target(now()).toString(),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)) as unknown,
});

if (isMainThread) {
  time[0] = Number(process.env[STARTS_AT]);
  setEnvironmentData(TIME, time);
  process.on('message', (moment) => {
    time[0] = Number(moment);
    process.send?.(moment);
  });
  // Does not keep the stack running.
  process.channel?.unref();
}

/** The functions run in threads without options of their own: each one must load this file too. */
threads.Worker = class extends Worker {
  constructor(...[file, options]: ConstructorParameters<typeof Worker>) {
    super(file, { ...options, execArgv: [...(options?.execArgv ?? []), '--import', import.meta.url] });
  }
};
syncBuiltinESMExports();

function now(): number {
  return time[0] ?? 0;
}

function inheritedTime(): Float64Array {
  const inherited = getEnvironmentData(TIME);
  if (inherited instanceof Float64Array) return inherited;
  throw new TypeError('This thread has not inherited the time');
}
