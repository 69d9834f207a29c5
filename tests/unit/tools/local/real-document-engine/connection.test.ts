import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../../../../tools/local/real-document-engine/connection.ts';
import type { Question } from '../../../../../tools/local/real-document-engine/consent.ts';
import { parseEngineAddress } from '../../../../../tools/local/real-document-engine/engine-address.ts';
import { answering, sendTo } from '../../../../support/document-engine/engine-exchange.ts';

describe('the user is asked before the key of a real Document Engine is replaced', () => {
  let directory: string;
  let tokenFile: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'layermint-token-'));
    tokenFile = join(directory, 'api-token');
    await writeFile(tokenFile, 'the-api-token\n', { mode: 0o600 });
  });
  afterEach(() => rm(directory, { recursive: true }));

  const connectTo = async (url: string, { yes = false, agrees = true } = {}) => {
    const { send, received } = sendTo(answering({}, 'Document Engine/1.20.0'));
    const questions: Question[] = [];
    const ask = (question: Question): Promise<boolean> => {
      questions.push(question);
      return Promise.resolve(agrees);
    };
    const ways = { warn: () => undefined, ask, send };
    const outcome = await connect(
      { address: parseEngineAddress(url), tokenFile, yes },
      ['contract-2026'],
      ways,
    ).catch((error: unknown) => error);
    return { outcome, questions, methods: received.map(({ method }) => method) };
  };

  test('with its version, its address, its current key and the consequence', async () => {
    const { outcome, questions } = await connectTo('http://127.0.0.1:5000');
    expect(outcome).toMatchObject({
      url: 'http://127.0.0.1:5000',
      version: '1.20.0',
      apiToken: 'the-api-token',
    });
    const { text, agreement } = questions[0] ?? { text: '', agreement: '' };
    expect(text).toContain('Document Engine 1.20.0 at http://127.0.0.1:5000');
    expect(text).toContain('Its current key (id 1 of its list) is replaced');
    expect(text.replaceAll('\n', ' ')).toContain('Document Engine then refuses tokens of the replaced key');
    expect(text).not.toContain('the-api-token');
    expect(text).toContain('the demo users can open those');
    expect(text).not.toContain('WARNING');
    expect(agreement).toBe('yes');
  });

  test('and must type the host of a public one, after a warning', async () => {
    const { questions } = await connectTo('https://engine.example.com');
    expect(questions[0]?.text).toContain('WARNING: engine.example.com is reachable from the internet');
    expect(questions[0]?.agreement).toBe('engine.example.com');
  });

  test('and nothing is changed if the user declines', async () => {
    const { outcome, methods } = await connectTo('http://127.0.0.1:5000', { agrees: false });
    expect(String(outcome)).toContain('Nothing was done: Document Engine keeps its key.');
    expect(methods).toEqual(['GET', 'GET']);
  });

  test('but not with --yes', async () => {
    const { questions, methods } = await connectTo('http://127.0.0.1:5000', { yes: true });
    expect(questions).toEqual([]);
    expect(methods).toEqual(['GET', 'GET']);
  });
});
