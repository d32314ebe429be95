// Text that strangers wrote, made safe to show: a contract's console line must not move a terminal's cursor, ring its
// bell, or turn the direction of what stands beside it.

/** Controls, and the marks that format, hide or turn text (Unicode's Cc, Cf, Zl and Zp). */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** The text with control and direction characters written out, as in `\u{1b}`. Line feed and tab stay. */
export function visibleText(text: string): string {
  return text.replace(UNSEEN, (character) =>
    character === '\n' || character === '\t' ? character : `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}
