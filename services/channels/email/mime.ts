import * as base64 from 'nodemailer/lib/base64';
import * as mime from 'nodemailer/lib/mime-funcs';
import { quotedPrintable } from './quoted-printable.ts';

export type MailText = {
  messageId: string;
  from: { name: string; address: string };
  /** A checked address: it holds neither a break nor an angle bracket. */
  to: string;
  date: Date;
  subject: string;
  /** Further headers; their values are single lines. */
  headers: Record<string, string>;
  text: string;
  html: string;
  /** Begins with `=_`: no part holds that, since one that does is encoded, and none that is encoded can (RFC 2045, 6.7). */
  boundary: string;
};

const LINE = 76;
const LONGEST_LINE = 998;
const ENCODED_WORD = 52;

/**
 * A mail as one text: headers (RFC 5322; words beyond ASCII by RFC 2047), then text and HTML as alternatives (RFC 2046,
 * 5.1.4). The library's composer builds a tree of nodes that it can change, sign and stream; a notice has always the
 * same shape, and a third of a worker's CPU went into that tree (ADR 30).
 */
export function writeMail({ messageId, from, to, date, subject, headers, text, html, boundary }: MailText): string {
  const head = [
    header('From', `${encodeName(from.name)} <${from.address}>`),
    header('To', `<${to}>`),
    header('Subject', encodeText(subject)),
    header('Message-ID', messageId),
    header('Date', date.toUTCString().replace('GMT', '+0000')),
    'MIME-Version: 1.0',
    ...Object.entries(headers).map(([name, value]) => header(name, encodeText(value))),
    `Content-Type: multipart/alternative; boundary="${boundary}"`,
  ];
  return [
    ...head,
    '',
    `--${boundary}`,
    ...part('text/plain', text),
    `--${boundary}`,
    ...part('text/html', html),
    `--${boundary}--`,
    '',
  ].join('\r\n');
}

/** Folded where it is long and has a blank to fold at (RFC 5322, 2.2.3). */
function header(name: string, value: string): string {
  const line = `${name}: ${value}`;
  return line.length <= LINE ? line : mime.foldLines(line, LINE);
}

function part(type: string, content: string): string[] {
  const { encoding, body } = encodeBody(content);
  return [`Content-Type: ${type}; charset=utf-8`, `Content-Transfer-Encoding: ${encoding}`, '', body];
}

/**
 * As it stands where that is ASCII in lines that every relay takes (998 octets: RFC 5322, 2.1.1), else by whichever of
 * both encodings is shorter (RFC 2045, 6).
 */
function encodeBody(content: string): { encoding: string; body: string } {
  const lines = content.replace(/\r\n|\r|\n/g, '\r\n');
  const bytes = Buffer.from(lines);
  const plain = bytes.length === lines.length && !/[^\t\r\n\x20-\x7e]/.test(lines) && !lines.includes('=_');
  if (plain && longestLine(lines) <= LONGEST_LINE) return { encoding: '7bit', body: lines };
  // Most letters beyond ASCII have two bytes. Such a byte takes three characters in one encoding, three bytes of
  // anything take four in the other.
  const beyond = 2 * (bytes.length - lines.length);
  return beyond * 6 > bytes.length
    ? { encoding: 'base64', body: base64.wrap(bytes.toString('base64'), LINE) }
    : { encoding: 'quoted-printable', body: quotedPrintable(bytes) };
}

function longestLine(lines: string): number {
  let longest = 0;
  for (let from = 0; from < lines.length; ) {
    const end = lines.indexOf('\r\n', from);
    longest = Math.max(longest, (end < 0 ? lines.length : end) - from);
    from = end < 0 ? lines.length : end + 2;
  }
  return longest;
}

/** The entities' names come again with every mail, and there are few. */
const names = new Map<string, string>();

function encodeName(name: string): string {
  const known = names.get(name);
  if (known !== undefined) return known;
  const encoded = isPlain(name) ? mime.quoteString(name) : encodeWords(name);
  names.set(name, encoded);
  return encoded;
}

const encodeText = (value: string): string => (isPlain(value) ? value : encodeWords(value));

/** What looks like an encoded word is encoded too, or a reader would show what it stands for. */
const isPlain = (value: string): boolean => /^[\x20-\x7e]*$/.test(value) && !value.includes('=?');

/** Q stays readable where most is Latin, B is shorter for everything else (RFC 2047, 4). */
function encodeWords(value: string): string {
  const beyond = value.replace(/\p{ASCII}+/gu, '').length;
  return mime.encodeWord(value, 3 * beyond < value.length ? 'Q' : 'B', ENCODED_WORD);
}
