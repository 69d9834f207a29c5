import { createTokenSource } from '../../../clients/typescript/src/index.ts';
import { Calls } from './calls.ts';
import { FakeClock, settle } from './fake-clock.ts';
import { FakeCallerToken, FakeConnectivity } from './fake-device.ts';
import { FakeServer, START } from './fake-server.ts';
import type { Scenario, Stage, Step } from './format.ts';

/** The surroundings of one source, as clients/scenarios/README.md describes them. */
class Play {
  readonly clock: FakeClock;
  readonly server: FakeServer;
  readonly callerToken = new FakeCallerToken();
  readonly connectivity: FakeConnectivity;
  readonly calls: Calls;
  #user: string | undefined;

  constructor({
    api = 'https://api.example.com',
    random = [0],
    user,
    deviceClockMs,
    offline,
    ...waits
  }: Stage) {
    this.clock = new FakeClock(START, deviceClockMs);
    this.server = new FakeServer(this.clock);
    this.connectivity = new FakeConnectivity(offline !== true);
    this.#user = user;
    let drawn = 0;
    const source = createTokenSource({
      api,
      callerToken: this.callerToken.call,
      fetch: this.server.fetch,
      clock: this.clock,
      random: () => random[drawn++ % random.length] ?? 0,
      connectivity: this.connectivity,
      onEvent: (event) => {
        this.calls.record(event);
      },
      ...(user !== undefined && { user: () => this.#user }),
      ...waits,
    });
    this.calls = new Calls(source);
  }

  async step(step: Step): Promise<void> {
    if ('call' in step) this.calls.start(step);
    else if ('advanceMs' in step) await this.clock.advance(step.advanceMs);
    else if ('sleepMs' in step) this.clock.sleep(step.sleepMs);
    else if ('setDeviceClockMs' in step) this.clock.jump(step.setDeviceClockMs);
    else if ('user' in step) this.#user = step.user;
    else if ('event' in step) this.connectivity.emit(step.event);
    else if ('abort' in step) this.calls.abort(step.abort);
    else if ('closeWatch' in step) this.calls.closeWatch(step.closeWatch);
    else if ('callerToken' in step) this.callerToken.answerWith(step.callerToken);
    else if ('answer' in step) this.server.answer(step);
    else if ('networkError' in step) this.server.named(step.networkError).fail(new TypeError('fetch failed'));
    else this.#expect(step);
    await settle();
  }

  #expect(step: Step): void {
    const { calls, server, callerToken } = this;
    if ('expectRequest' in step) server.take([step.expectRequest], [step.as]);
    else if ('expectRequests' in step) server.take(step.expectRequests, step.as);
    else if ('expectNoRequest' in step) expectNone('request', server.untaken.length);
    else if ('expectAborted' in step) expectAborted(server.named(step.expectAborted).aborted);
    else if ('expectCallerToken' in step) callerToken.take(step.expectCallerToken.renew, step);
    else if ('expectNoCallerToken' in step) expectNone('call of callerToken', callerToken.untaken);
    else if ('expectPending' in step) calls.expectPending(step.expectPending);
    else if ('expectToken' in step) calls.expectToken(step.expectToken, step.token);
    else if ('expectError' in step) calls.expectError(step.expectError, step.error);
    else if ('expectResults' in step) calls.expectResults(step.expectResults, step.results);
    else if ('expectSignedOut' in step) calls.expectSignedOut(step.expectSignedOut, step.result);
    else if ('expectNotified' in step) calls.expectNotified(step.expectNotified, step.token, step.error);
    else if ('expectNotNotified' in step) calls.expectNotNotified(step.expectNotNotified);
    else if ('expectEvents' in step) calls.expectEvents(step.expectEvents);
    else throw new Error('the runner does not know this step');
  }

  /** Closes the source, and names everything that is left. */
  async end(): Promise<string[]> {
    const left = this.calls.leftovers();
    const requests = this.server.untaken.map(({ url }) => `a request to ${url.pathname}`);
    const asked = this.callerToken.untaken === 0 ? [] : ['a call of callerToken'];
    this.calls.start({ call: 'close' });
    await settle();
    const { timers } = this.clock;
    return [
      ...left,
      ...requests,
      ...asked,
      ...(timers === 0 ? [] : [`${timers} timers after close`]),
      ...this.server.hanging.map(({ url }) => `a request to ${url.pathname} that close did not abort`),
      ...(this.connectivity.listeners === 0 ? [] : ['a listener of the connectivity adapter']),
    ];
  }
}

function expectNone(subject: string, found: number): void {
  if (found > 0) throw new Error(`expected no ${subject}, found ${found}`);
}

function expectAborted(aborted: boolean): void {
  if (!aborted) throw new Error('the request is not aborted');
}

/** Plays a scenario with the TypeScript client. @throws Error at the first step that does not hold, or if anything is left */
export async function play({ steps, source = {} }: Scenario): Promise<void> {
  const scene = new Play(source);
  for (const [at, step] of steps.entries()) {
    try {
      await scene.step(step);
    } catch (error) {
      const { message } = error as Error;
      throw new Error(`step ${at + 1}, ${JSON.stringify(step).slice(0, 200)}: ${message}`, { cause: error });
    }
  }
  const left = await scene.end();
  if (left.length > 0) throw new Error(`left after the last step: ${left.join('; ')}`);
}
