/** The name of the default Instant layer. A token without the claim `layer` opens it. */
export const DEFAULT_LAYER = '';

/** The longest layer name, in characters (Unicode code points). */
export const LAYER_MAX_CHARACTERS = 256;

/**
 * A document id: 1 to 256 characters that a URL path carries unescaped, but not a dot segment. HTTP clients and servers remove
 * `.` and `..` from a path, also when they are percent-encoded (RFC 3986 section 5.2.4, WHATWG URL Standard section 4.4). A
 * request for such a document would reach another path of Document Engine or of this API.
 */
export const DOCUMENT_ID_PATTERN = /^(?!\.{1,2}$)[A-Za-z0-9._~:@-]{1,256}$/;

/** The rule of {@link DOCUMENT_ID_PATTERN} in words. It completes a sentence that ends with "must be". */
export const DOCUMENT_ID_RULE = '1 to 256 characters of A-Z a-z 0-9 . _ ~ : @ -, and not "." or ".."';

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
