/** A text as these phones show it for certain: letters with marks lose them, and what is not of ASCII then becomes a question mark. */
export function plainText(text: string): string {
  return text
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]/gu, '?');
}

/** A label as phones take it: without blanks, and cut. */
export function shortLabel(text: string, maxLength: number): string {
  return plainText(text).replace(/\s+/g, '').slice(0, maxLength);
}
