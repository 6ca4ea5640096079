import { type Fault, fault, pointerOf } from './faults.ts';

export type ParsedJson = { ok: true; value: unknown } | { ok: false; faults: Fault[] };

/** Nesting that no event needs; it also bounds the recursion of everything that walks a value later. */
export const MAX_DEPTH = 32;

/**
 * Bytes to a value that every other reader understands the same way (RFC 8259, and I-JSON, RFC 7493): UTF-8 without a
 * byte order mark, no name twice in an object, no NUL or unpaired surrogate, no number that loses digits, at most
 * `MAX_DEPTH` levels. Never throws; time is linear in the number of bytes.
 */
export function parseJson(bytes: Uint8Array): ParsedJson {
  const text = decode(bytes);
  if (text === null) return refuse(fault('not_utf8', ''));
  if (text.charCodeAt(0) === 0xfeff) return refuse(fault('byte_order_mark', ''));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse(fault('not_json', ''));
  }
  const names = namesIn(text);
  if (names === null) return refuse(fault('too_deep', ''));
  if (names === cleanNamesOf(value)) return { ok: true, value };
  const faults = [...repeatedNames(text), ...checkValues(value, [])];
  return faults.length ? { ok: false, faults } : { ok: true, value };
}

const refuse = (one: Fault): ParsedJson => ({ ok: false, faults: [one] });

const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(bytes: Uint8Array): string | null {
  try {
    return DECODER.decode(bytes);
  } catch {
    return null;
  }
}

/**
 * How many names a valid JSON text writes; null when it is too deep. When the value has as many, none stands twice: only
 * a text with a fault is read once more to find where it is.
 */
function namesIn(text: string): number | null {
  let names = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"') at = endOfString(text, at);
    else if (char === ':') names += 1;
    else if (char === '}' || char === ']') depth -= 1;
    else if ((char === '{' || char === '[') && ++depth > MAX_DEPTH) return null;
  }
  return names;
}

/** How many names a value has at all its levels; NaN, which equals nothing, when one of them, a text or a number has a fault. */
function cleanNamesOf(value: unknown): number {
  if (typeof value === 'string') return isCleanText(value) ? 0 : Number.NaN;
  if (typeof value === 'number') return isExact(value) ? 0 : Number.NaN;
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) return value.reduce((sum, inner) => sum + cleanNamesOf(inner), 0);
  let names = 0;
  for (const name in value) {
    if (name === '__proto__' || !isCleanText(name)) return Number.NaN;
    names += 1 + cleanNamesOf((value as Record<string, unknown>)[name]);
  }
  return names;
}

/** `names` is null for an array, whose place is `index`. */
type Frame = { names: Set<string> | null; name: string; index: number };

/**
 * Repeated names, which JSON.parse hides. The text is valid JSON by now, so that only strings, brackets and
 * commas matter: a string directly inside an object is a name when a name is due.
 */
function repeatedNames(text: string): Fault[] {
  const faults: Fault[] = [];
  const stack: Frame[] = [];
  let nameDue = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    const top = stack.at(-1);
    if (char === '"') {
      const end = endOfString(text, at);
      if (nameDue && top?.names) {
        readName(JSON.parse(text.slice(at, end + 1)), top.names, stack, faults);
        nameDue = false;
      }
      at = end;
    } else if (char === '{' || char === '[') {
      stack.push({ names: char === '{' ? new Set() : null, name: '', index: 0 });
      nameDue = char === '{';
    } else if (char === '}' || char === ']') {
      stack.pop();
      nameDue = false;
    } else if (char === ',' && top) {
      nameDue = top.names !== null;
      top.index += 1;
    }
  }
  return faults;
}

function readName(name: string, names: Set<string>, stack: Frame[], faults: Fault[]): void {
  stack.at(-1)!.name = name;
  if (!names.has(name)) names.add(name);
  else faults.push(fault('repeated_name', pointerOf(stack.map((frame) => (frame.names ? frame.name : frame.index)))));
}

/** Place of the closing quote: the next one before which stands an even number of backslashes. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let before = end;
    while (text[before - 1] === '\\') before -= 1;
    if ((end - before) % 2 === 0) return end;
  }
}

function checkValues(value: unknown, path: (string | number)[]): Fault[] {
  if (typeof value === 'string') return isCleanText(value) ? [] : [fault('bad_text', pointerOf(path))];
  if (typeof value === 'number') return isExact(value) ? [] : [fault('bad_number', pointerOf(path))];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const place = [...path, Array.isArray(value) ? Number(name) : name];
    // A `__proto__` member would change the prototype of whatever it is copied into.
    const badName = name === '__proto__' || !isCleanText(name) ? [fault('bad_name', pointerOf(path))] : [];
    return [...badName, ...checkValues(inner, place)];
  });
}

const isCleanText = (text: string): boolean => !text.includes('\u0000') && text.isWellFormed();

/** A whole number above 2^53 or one above the double range reached us with other digits than it was sent with. */
const isExact = (value: number): boolean =>
  Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
