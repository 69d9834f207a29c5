/** The name of the default Instant layer. A token without the claim `layer` opens it. */
export const DEFAULT_LAYER = '';

/** The longest layer name, in characters (Unicode code points). */
export const LAYER_MAX_CHARACTERS = 256;

/** A document id: 1 to 256 characters that a URL path carries unescaped. */
export const DOCUMENT_ID_PATTERN = /^[A-Za-z0-9._~:@-]{1,256}$/;

/**
 * Tells whether a text can name an Instant layer: at most 256 characters of well-formed Unicode, without `*` (Document Engine
 * guide "Client authentication") and control characters. The empty name is the default layer.
 */
export function isLayerName(text: string): boolean {
  return (
    text.isWellFormed() &&
    // A cheap bound first, so that an overlong text is not split into characters.
    text.length <= 2 * LAYER_MAX_CHARACTERS &&
    Array.from(text).length <= LAYER_MAX_CHARACTERS &&
    !/[*\p{Cc}]/u.test(text)
  );
}
