import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { format } from '@wasm-fmt/dart_fmt/node';
import fc from 'fast-check';
import type { MintBody } from '../../../../../../../clients/console/src/sections/access/mint-draft.ts';
import { snippetsOf } from '../../../../../../../clients/console/src/sections/access/snippets/index.ts';
import { hostileText } from '../../../../../../support/clients/hostile-text.ts';
import { stringLiterals } from '../../../../../../support/clients/string-literals.ts';
import { typeScriptStrings } from '../../../../../../support/clients/typescript-strings.ts';

const API = 'https://tokens.example.com/base';
const ID = 'contract-2026';

const codeOf = (title: string, request: MintBody, layer = request.layer ?? '', api = API): string =>
  snippetsOf({ api, request, layer }).find((it) => it.title === title)?.code ?? '';

/** Reads a code block of a page that has a text in it. */
const blockWith = (page: string, text: string): string =>
  [...readFileSync(page, 'utf8').matchAll(/^```\w+\n(.*?)^```$/gms)]
    .map(([, code = '']) => code)
    .find((code) => code.includes(text)) ?? '';

/** Leaves out the comments and imports above the first blank line or declaration. */
const withoutHead = (code: string): string => code.replace(/^(?:(?:\/\/|import ').*\n|\n)*/, '');

describe('The code for an app is that of the documentation, with the API and the document of the request', () => {
  test('Web', () => {
    const documented = blockWith('docs/clients/web.md', 'connectViewer(source')
      .replace('  api,', `  api: '${API}',`)
      .replace('documentId }', `documentId: '${ID}' }`);
    expect(codeOf('Web', { documentId: ID }).replace(/^\/\/.*\n/, '')).toBe(documented);
  });

  test('Flutter', () => {
    const documented = blockWith('README.md', 'LayermintInstantView(')
      .replace('Uri.parse(api)', `Uri.parse('${API}')`)
      .replace('documentId: documentId', `documentId: '${ID}'`);
    expect(withoutHead(codeOf('Flutter', { documentId: ID }))).toBe(documented);
  });

  test('iOS', () => {
    const documented = blockWith('docs/clients/ios.md', 'pushViewController(')
      .replace('api: api', `api: URL(string: "${API}")!`)
      .replace('viewController(documentId: documentId)', `viewController(documentId: "${ID}")`);
    expect(withoutHead(codeOf('iOS', { documentId: ID }))).toBe(documented);
  });

  test('Android', () => {
    const documented = blockWith('docs/clients/android.md', 'class YourApplication')
      .replace('https://tokens.example.com', API)
      .replace('tokens, documentId)', `tokens, "${ID}")`);
    expect(withoutHead(codeOf('Android', { documentId: ID }))).toBe(documented);
  });
});

const request: MintBody = {
  ...{ documentId: ID, layer: 'review', permissions: ['read-document', 'download'] },
  ...{ ttlSeconds: 600, defaultGroup: 'legal' },
};

describe('The code asks for the whole request', () => {
  test('Web passes it as options', () => {
    expect(codeOf('Web', request)).toContain(
      "  { layer: 'review', permissions: ['read-document', 'download'], ttlSeconds: 600, defaultGroup: 'legal' },\n",
    );
    expect(codeOf('Web', { documentId: ID, privateLayer: true }, 'user:alice')).toContain(
      '  { privateLayer: true },\n',
    );
  });

  test('Flutter passes it to the widget', () => {
    const code = codeOf('Flutter', request);
    expect(code).toContain("  permissions: ['read-document', 'download'],\n  ttlSeconds: 600,\n");
    expect(codeOf('Flutter', { documentId: ID, privateLayer: true }, 'user:alice')).toContain(
      '  privateLayer: true,\n',
    );
  });

  test.each(['iOS', 'Android'])('%s names the private layer of the answer, and says so', (title) => {
    const code = codeOf(title, { documentId: ID, privateLayer: true }, 'user:alice');
    expect(code).toContain("// The layer is this user's private one.");
    expect(code).toMatch(/layer(?: =|:) "user:alice"/);
  });

  test.each(['iOS', 'Android'])('%s says which members its files do not ask for', (title) => {
    expect(codeOf(title, request)).toContain(
      '// To ask for permissions and ttlSeconds and defaultGroup too, extend Request in LayermintTokens.',
    );
    expect(codeOf(title, { documentId: ID })).not.toContain('extend Request');
  });
});

describe('Hostile texts in a request stay texts', () => {
  const hostile = fc.record({
    api: hostileText,
    documentId: hostileText,
    layer: hostileText,
    group: hostileText,
  });

  test('in the strings of Dart, Swift and Kotlin', () => {
    fc.assert(
      fc.property(hostile, ({ api, documentId, layer, group }) => {
        const asked = { documentId, layer, defaultGroup: group };
        const strings = (title: string, language: 'dart' | 'swift' | 'kotlin'): string[] =>
          stringLiterals(language, codeOf(title, asked, layer, api));
        const opened = layer === '' ? [] : [layer];
        expect(strings('Flutter', 'dart').slice(2)).toEqual([api, documentId, layer, group]);
        expect(strings('iOS', 'swift')).toEqual([api, documentId, ...opened]);
        expect(strings('Android', 'kotlin')).toEqual([api, documentId, ...opened]);
      }),
    );
  });

  test('in Dart, as its formatter parses it', () => {
    fc.assert(
      fc.property(hostile, ({ api, documentId, layer, group }) => {
        const code = withoutHead(codeOf('Flutter', { documentId, layer, defaultGroup: group }, layer, api));
        expect(() => format(`Widget build() {\n${code}}\n`, 'snippet.dart')).not.toThrow();
      }),
    );
  });

  test('in TypeScript, as its compiler parses it', () => {
    fc.assert(
      fc.property(hostile, ({ api, documentId, layer, group }) => {
        const code = codeOf('Web', { documentId, layer, defaultGroup: group }, layer, api);
        expect(typeScriptStrings(code).slice(2)).toEqual([api, '#viewer', documentId, layer, group]);
      }),
    );
  });

  test('in the arguments of curl, as a shell reads them', () => {
    fc.assert(
      fc.property(hostile, ({ api, documentId, layer, group }) => {
        const url = api.replaceAll('\0', '');
        const asked = { documentId, layer, defaultGroup: group };
        const shell = `curl() { cat; printf '%s\\0' "$@"; }\n${codeOf('curl', asked, layer, url)}`;
        const printed = execFileSync('sh', ['-c', shell], { env: { CALLER_TOKEN: 'a.b.c' } }).toString();
        const [header = '', ...rest] = printed.split(/(?<=^[^\n]*\n)/);
        const [address, ...args] = rest.join('').split('\0');
        expect([header, address, args.slice(0, 5)]).toEqual([
          'Authorization: Bearer a.b.c\n',
          `${url}/v1/tokens`,
          ['--header', '@-', '--header', 'Content-Type: application/json', '--data'],
        ]);
        expect(args.slice(6)).toEqual(['']);
        expect(JSON.parse(args[5] ?? '')).toEqual(asked);
      }),
    );
  });
});
