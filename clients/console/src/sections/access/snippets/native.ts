import type { Repeated } from './index.ts';

/** Tells in comments how the request differs from one that the files to copy make: they ask for the document and the layer alone. */
export function nativeRemarks({ request }: Pick<Repeated, 'request'>): string {
  const { documentId: _, layer: __, privateLayer, ...rest } = request;
  const names = Object.keys(rest);
  const remarks = [
    ...(privateLayer === true ? ["The layer is this user's private one. Each user has another."] : []),
    ...(names.length > 0
      ? [`To ask for ${names.join(' and ')} too, extend Request in LayermintTokens.`]
      : []),
  ];
  return remarks.map((it) => `// ${it}\n`).join('');
}
