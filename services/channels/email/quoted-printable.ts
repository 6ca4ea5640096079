/** Longest line, the sign of a soft break included (RFC 2045, 6.7, rule 5). */
const LINE = 76;
const [CR, LF, TAB, BLANK, EQUALS] = [0x0d, 0x0a, 0x09, 0x20, 0x3d];
const HEX = Buffer.from('0123456789ABCDEF');

/**
 * Text with CRLF as its breaks in quoted-printable (RFC 2045, 6.7), in one pass over its bytes: the library's takes a
 * pass to encode and one of patterns to wrap, and was some 8 % of a worker's CPU in a profile of Arabic and English mails.
 */
export function quotedPrintable(bytes: Buffer): string {
  // Every byte may take three characters, and every line of at least 73 of them three more to go on.
  const out = Buffer.allocUnsafe(bytes.length * 3 + Math.ceil((bytes.length * 3) / 73) * 3 + 3);
  let to = 0;
  let column = 0;
  for (let from = 0; from < bytes.length; from++) {
    const byte = bytes[from]!;
    if (byte === CR && bytes[from + 1] === LF) {
      to = writeBreak(out, to);
      column = 0;
      from++;
      continue;
    }
    const plain = (byte > BLANK && byte < 0x7f && byte !== EQUALS) || isInnerBlank(byte, bytes, from);
    const width = plain ? 1 : 3;
    // One place is kept for the sign of a soft break.
    if (column + width > LINE - 1) {
      out[to++] = EQUALS;
      to = writeBreak(out, to);
      column = 0;
    }
    if (plain) out[to++] = byte;
    else {
      out[to++] = EQUALS;
      out[to++] = HEX[byte >> 4]!;
      out[to++] = HEX[byte & 15]!;
    }
    column += width;
  }
  return out.toString('latin1', 0, to);
}

function writeBreak(out: Buffer, at: number): number {
  out[at] = CR;
  out[at + 1] = LF;
  return at + 2;
}

/** A blank at the end of a line is lost on the way (rule 3), so that one is encoded. */
const isInnerBlank = (byte: number, bytes: Buffer, at: number): boolean =>
  (byte === BLANK || byte === TAB) && at + 1 < bytes.length && bytes[at + 1] !== CR;
