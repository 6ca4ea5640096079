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
  const structure = scanStructure(text);
  if (structure.some(({ code }) => code === 'too_deep')) return { ok: false, faults: structure };
  const faults = [...structure, ...checkValues(value, [])];
  return faults.length ? { ok: false, faults } : { ok: true, value };
}

const refuse = (one: Fault): ParsedJson => ({ ok: false, faults: [one] });

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** `names` is null for an array, whose place is `index`. */
type Frame = { names: Set<string> | null; name: string; index: number };

/**
 * Repeated names and depth, which JSON.parse hides. The text is valid JSON by now, so that only strings, brackets and
 * commas matter: a string directly inside an object is a name when a name is due.
 */
function scanStructure(text: string): Fault[] {
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
      if (stack.length === MAX_DEPTH) return [fault('too_deep', '')];
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
