/** Tells the fault of a document id, in a sentence; undefined if a document can have it. An address with `..` would be another one. */
export function documentFault(id: string): string | undefined {
  if (id === '') return 'Enter the id of a document.';
  if (/^[A-Za-z0-9._~:@-]{1,256}$/.test(id) && id !== '.' && id !== '..') return undefined;
  return 'A document id has 1 to 256 characters of A-Z a-z 0-9 . _ ~ : @ - and is neither “.” nor “..”.';
}
