/** How a text travels: `units` are septets in GSM-7 and UTF-16 code units in UCS-2. */
export type SegmentCount = { encoding: 'GSM-7' | 'UCS-2'; units: number; segments: number };

// The default alphabet and the extension table of 3GPP TS 23.038, 6.2.1; an extension character takes two septets.
const BASIC = '@£$¥èéùìòÇ\\nØø\\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ -#¤%-?¡A-ZÄÖÑÜ§¿a-zäöñüà';
const ALL_BASIC = new RegExp(`^[${BASIC}]*$`);
const ALL_GSM = new RegExp(`^[${BASIC}\\f^{}\\\\[~\\]|€]*$`);
const EXTENDED = /[\f^{}\\[~\]|€]/;

// Room in one message, and in each part of a longer one, where 6 octets go to its header (3GPP TS 23.040, 9.2.3.24).
const ROOM = { 'GSM-7': { single: 160, part: 153 }, 'UCS-2': { single: 70, part: 67 } } as const;

/**
 * Counts the parts of an SMS as it is billed (3GPP TS 23.038 and 23.040): one character outside the GSM alphabet, and
 * every Arabic one is, makes the whole text UCS-2. Neither an escape sequence nor a surrogate pair is cut in two.
 * Count the text exactly as sent, with its last line and invisible marks. An empty text is one part.
 */
export function countSegments(text: string): SegmentCount {
  if (ALL_BASIC.test(text)) return counted('GSM-7', text.length, () => Math.ceil(text.length / ROOM['GSM-7'].part));
  if (!ALL_GSM.test(text)) return counted('UCS-2', text.length, () => partsOf(widths(text), ROOM['UCS-2'].part));
  const septets = Array.from(text, (char) => (EXTENDED.test(char) ? 2 : 1));
  const units = septets.reduce((sum, width) => sum + width, 0);
  return counted('GSM-7', units, () => partsOf(septets, ROOM['GSM-7'].part));
}

function counted(encoding: SegmentCount['encoding'], units: number, parts: () => number): SegmentCount {
  return { encoding, units, segments: units <= ROOM[encoding].single ? 1 : parts() };
}

const widths = (text: string): number[] => Array.from(text, (char) => char.length);

function partsOf(sizes: number[], room: number): number {
  let parts = 1;
  let used = 0;
  for (const size of sizes) {
    if (used + size > room) {
      parts += 1;
      used = 0;
    }
    used += size;
  }
  return parts;
}
