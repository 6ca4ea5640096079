import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';

/** Properties and values that name a side of the screen and so are wrong in one of two directions of writing. */
const PHYSICAL = [
  /\b(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right|top|bottom)\b/,
  /^\s*(?:left|right|top|bottom)\s*:/m,
  /\b(?:float|clear|text-align|caption-side)\s*:\s*(?:left|right)\b/,
  /^\s*(?:min-|max-)?(?:width|height)\s*:/m,
  /\bborder-(?:top|bottom)-(?:left|right)-radius\b/,
  /\b(?:margin|padding|inset):(?: [^;\s]+){4};/,
];

/** What a stylesheet of pages must have right: the same for both directions of writing, and nothing from outside. */
export function stylesheet(file: string): void {
  const css = readFileSync(file, 'utf8');
  it.each(PHYSICAL.map((rule) => [rule.source, rule]))('never matches %s', (_, rule) => expect(css).not.toMatch(rule));
  it('asks for nothing from outside', () => expect(css).not.toMatch(/@import|url\(/));
}
