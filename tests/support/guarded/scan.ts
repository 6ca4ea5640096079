import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What must be found nowhere. */
export type Planted = {
  /** A word that stands nowhere else; four digits after an `x` tell one canary from the next. */
  word: string;
  /** Digits of mobile and national numbers, 8 and 9 of them. */
  numbers: Set<string>;
  /** Codes of six digits. */
  codes: Set<string>;
};

export type Scan = (bytes: Buffer | string) => string[];

/** As JSON shows a text, as BSON does (its length with the closing zero before it), and behind the word. */
const LENGTH = String.raw`\x07\0\0\0`;
const CODES = new RegExp(String.raw`(?:"|${LENGTH}|\bcode\b.{0,3})(\d{6})(?="|\0|\b)`, 'g');

/**
 * A search for everything planted, also where it was encoded: in hexadecimal, in base64 at any of its three places.
 * Codes are short, so they count only where a document, JSON or a message would show them.
 */
export function createScan({ word, numbers, codes }: Planted): Scan {
  const encoded = [Buffer.from(word).toString('hex'), ...[0, 1, 2].map((shift) => inBase64(word, shift))];
  const words = new RegExp(`${word}(?:x\\d{4})?|${encoded.map(escaped).join('|')}`, 'g');
  return (bytes) => {
    const text = typeof bytes === 'string' ? bytes : bytes.toString('latin1');
    const found = [...text.matchAll(words)].map(([hit]) => hit);
    // Kafka writes lengths before texts, and those may look like a digit's byte; so the number stands between others' signs.
    for (const [, digits] of text.matchAll(/(?<!\d)(?:973)?(\d{8,9})(?!\d)/g))
      if (numbers.has(digits!)) found.push(digits!);
    for (const [, digits] of text.matchAll(CODES)) if (codes.has(digits!)) found.push(digits!);
    for (const [, digits] of text.matchAll(/(?<!\d)(\d{6}) is /g)) if (codes.has(digits!)) found.push(digits!);
    return [...new Set(found)];
  };
}

/** The part of a word's base64 that does not depend on what stands before and after it. */
function inBase64(word: string, shift: number): string {
  const whole = Buffer.from('-'.repeat(shift) + word)
    .toString('base64')
    .replace(/=+$/, '');
  return whole.slice(shift === 0 ? 0 : shift + 1, -1);
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Every file below a folder with what was found in it, and how many bytes were looked at. */
export function scanFiles(folder: string, scan: Scan): { bytes: number; found: { file: string; what: string }[] } {
  const found: { file: string; what: string }[] = [];
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const content = readFileSync(file);
    bytes += content.length;
    found.push(...scan(content).map((what) => ({ file: file.slice(folder.length + 1), what })));
  }
  return { bytes, found };
}
