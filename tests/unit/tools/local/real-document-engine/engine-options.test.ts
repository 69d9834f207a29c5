import { describe, expect, test } from '@jest/globals';
import { chosenEngine } from '../../../../../tools/local/real-document-engine/engine-options.ts';
import { parseCommandLine } from '../../../../../tools/local/stack/command-line.ts';

const engine = ['--document-engine', 'http://127.0.0.1:5000'];
const token = ['--document-engine-token', 'api-token'];

describe('the options of npm start for a real Document Engine', () => {
  test('are not needed', () => {
    expect(parseCommandLine([], true).documentEngine).toBeUndefined();
  });

  test('name the address and the file', () => {
    expect(parseCommandLine([...engine, ...token], true).documentEngine).toEqual({
      address: { url: 'http://127.0.0.1:5000', host: '127.0.0.1', reach: 'this machine' },
      tokenFile: 'api-token',
      yes: false,
    });
  });

  test.each([
    [engine, /needs --document-engine-token FILE/],
    [[...engine, '--document-engine-token='], /needs --document-engine-token FILE/],
    [token, /goes with --document-engine URL/],
    [['--yes'], /goes with --document-engine URL/],
    [['--document-engine', 'ftp://127.0.0.1', ...token], /http or https/],
  ])('are refused as %j', (args, message) => {
    expect(() => parseCommandLine(args, true)).toThrow(message);
  });

  test('A question that nobody can answer is not asked: --yes is needed with --json, and without a terminal', () => {
    expect(() => parseCommandLine([...engine, ...token], false)).toThrow('add --yes');
    expect(() => parseCommandLine([...engine, ...token, '--json'], true)).toThrow('add --yes');
    expect(parseCommandLine([...engine, ...token, '--json', '--yes'], false).documentEngine?.yes).toBe(true);
  });

  test('An address without a token file does not fall back to the stand-in', () => {
    expect(() => chosenEngine({ 'document-engine': 'http://127.0.0.1:5000' }, true)).toThrow('needs');
  });
});
