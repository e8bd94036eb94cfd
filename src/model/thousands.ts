/**
 * A whole number as English writes it: `12,345`. `toLocaleString` writes the same, and its first call takes as long as
 * compiling half of the program.
 */
export function inThousands(count: number): string {
  const digits = String(count);
  return digits.length < 4 ? digits : digits.replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
}
