/**
 * Check digit by the Luhn formula (ISO/IEC 7812-1, annex B) for a run of ASCII digits without its check digit.
 */
export function luhnDigit(digits: string): number {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    const doubled = i % 2 === 0 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return (10 - (sum % 10)) % 10;
}

/** True when the last digit of `digits` is the Luhn check digit of those before it. */
export const luhnHolds = (digits: string): boolean => luhnDigit(digits.slice(0, -1)) === Number(digits.at(-1));
