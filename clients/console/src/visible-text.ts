/**
 * Characters that no reader sees, or that change the order of the text around them. With one of them, a name could look like another
 * one. Blanks, tabs and line breaks are none of them.
 */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|(?![\t\n\r])\p{Cc}/gu;

/** Writes characters that no reader sees by their numbers: U+202E as `[U+202E]`. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (character) => {
    const number = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
    return `[U+${number.padStart(4, '0')}]`;
  });
}
