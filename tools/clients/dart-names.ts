/** A Dart source without its comments and texts. */
interface DartCode {
  /** The code. In place of a text it has the code of the text's interpolations. */
  readonly code: string;
  /** The texts, with their interpolations as they stand in the source. */
  readonly texts: readonly string[];
}

/** Takes comments and texts out of a Dart source that parses. */
export function readDart(source: string): DartCode {
  const texts: string[] = [];
  let code = '';
  let at = 0;
  /** Reads code up to the end, or up to the closing brace of an interpolation. */
  const readCode = (isInterpolation: boolean): void => {
    for (let depth = 0; at < source.length;) {
      const rest = source.slice(at, at + 3);
      const character = rest.charAt(0);
      if (rest.startsWith('//')) at = endOr(source.indexOf('\n', at), source.length);
      else if (rest.startsWith('/*')) at = endOr(source.indexOf('*/', at) + 2, source.length);
      else if (character === "'" || character === '"') readText(rest);
      else {
        if (character === '{') depth += 1;
        if (character === '}' && depth-- === 0 && isInterpolation) return;
        code += character;
        at += 1;
      }
    }
  };
  const readText = (start: string): void => {
    const isRaw = /(?:^|\W)r$/.test(code);
    if (isRaw) code = code.slice(0, -1);
    const quote = start === start.charAt(0).repeat(3) ? start : start.charAt(0);
    const from = (at += quote.length);
    code += ' ';
    while (!source.startsWith(quote, at) && at < source.length) {
      if (isRaw || source[at] !== '$') at += source[at] === '\\' && !isRaw ? 2 : 1;
      else if (source[at + 1] === '{') {
        at += 2;
        code += ', ';
        readCode(true);
        code += ' ';
        at += 1;
      } else {
        const name = /^\$(\w*)/.exec(source.slice(at, at + 100))?.[1] ?? '';
        code += `, ${name} `;
        at += 1 + name.length;
      }
    }
    texts.push(source.slice(from, at));
    at += quote.length;
  };
  readCode(false);
  return { code, texts };
}

const endOr = (end: number, otherwise: number): number => (end < 2 ? otherwise : end);

const TYPE =
  /^(?:(?:abstract|sealed|base|final|interface|mixin) )*(?:class|mixin|enum|extension|typedef) (\w+)/gm;
const MEMBER =
  /^(?! |import |export |library|part |typedef |enum |.*\bclass )(?:[\w<>?, ]|Function\(\))+ (?!Function\b)(\w+)(?:<[^>(]*>)?(?: =|;|\()/gm;

/** Lists the names that a library declares at its top level. The code must be formatted. */
export const declaredNames = (code: string): string[] =>
  [...code.matchAll(TYPE), ...code.matchAll(MEMBER)].map(([, name = '']) => name);

/** Lists the public types among them. */
export const declaredTypes = (code: string): string[] =>
  [...code.matchAll(TYPE)].map(([, name = '']) => name).filter((name) => !name.startsWith('_'));

/** Lists the names that code uses without a dot before them. Names of arguments and members of types are among them. */
export const usedNames = (code: string): Set<string> =>
  new Set([...code.matchAll(/(?<![\w.$])[A-Za-z_$][\w$]*/g)].map(([name]) => name));
