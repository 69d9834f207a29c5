/** Cuts a list into slices of at most `size` elements; an empty list gives no slice. */
export function slicesOf<Element>(list: readonly Element[], size: number): Element[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, at) =>
    list.slice(at * size, (at + 1) * size),
  );
}
