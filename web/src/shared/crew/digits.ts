/** Digits of any script as 0-9: people name files and type codes in their own. */
export function westernDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, (digit) => String(valueOf(digit.codePointAt(0) ?? 48)));
}

/** Every decimal digit of Unicode stands in a run of ten that begins with its zero. */
function valueOf(point: number): number {
  let zero = point;
  while (point - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return point - zero;
}
