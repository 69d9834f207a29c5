import { check, type Check } from './check.ts';

/** A pasted text as a token. */
interface PastedToken {
  /** The token within the text; the text itself if nothing known stands around it. */
  readonly jwt: string;
  readonly check: Check;
}

/** A text that people paste together with a token. */
interface Wrapping {
  readonly name: string;
  /** Removes it; returns the same text if it is not there. */
  readonly remove: (text: string) => string;
}

const WRAPPINGS: readonly Wrapping[] = [
  { name: 'white space', remove: (text) => text.trim() },
  { name: 'quotes', remove: (text) => /^(["'`])(.*)\1$/s.exec(text)?.[2] ?? text },
  { name: 'an answer of this API', remove: (text) => jwtOfAnswer(text) ?? text },
  { name: 'a URL', remove: (text) => jwtOfUrl(text) ?? text },
  { name: 'the name of a header', remove: (text) => text.replace(/^authorization\s*:/i, '') },
  { name: 'the scheme "Bearer"', remove: (text) => text.replace(/^bearer\s/i, '') },
  { name: 'the scheme "Token"', remove: (text) => text.replace(/^token\s+token\s*=|^token\s/i, '') },
  { name: 'the name of a member', remove: (text) => text.replace(/^(["']?)(?:jwt|token)\1\s*[:=]/i, '') },
  { name: 'a comma or semicolon', remove: (text) => text.replace(/[,;]$/, '') },
  // The last one: other wrappings are recognized by their white space.
  { name: 'white space within', remove: (text) => text.replaceAll(/\s/g, '') },
];

/** More wrappings around each other are not a mistake of copying. */
const MOST = 8;

/** Finds the token in a pasted text, so that its own faults can be told too. The text as it is would be refused. */
export function tokenIn(pasted: string): PastedToken {
  const names = new Set<string>();
  let text = pasted;
  for (let count = 0; count < MOST; count += 1) {
    const around = WRAPPINGS.find(({ remove }) => remove(text) !== text);
    if (around === undefined) break;
    names.add(around.name);
    text = around.remove(text);
  }
  const isFound = names.size > 0 && /^[\w=+/-]+(?:\.[\w=+/-]*){1,4}$/.test(text);
  return {
    jwt: isFound ? text : pasted,
    check: check(
      { rule: 'token-alone', basis: 'documented', expected: 'the token, with nothing around it' },
      {
        actual: isFound ? `a text with ${[...names].join(', ')}` : 'nothing known is around it',
        fault: isFound
          ? 'Pass on the token alone. The other checks are about the token within this text.'
          : undefined,
      },
    ),
  };
}

function jwtOfAnswer(text: string): string | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const { jwt } = JSON.parse(text) as { readonly jwt?: unknown };
    return typeof jwt === 'string' ? jwt : undefined;
  } catch {
    return undefined;
  }
}

function jwtOfUrl(text: string): string | undefined {
  if (!/^(?:[a-z][\w+.-]*:\/)?\/|^\?/i.test(text) || /\s/.test(text)) return undefined;
  return /[?&#](?:jwt|token)=([\w.-]+)/.exec(text)?.[1];
}
