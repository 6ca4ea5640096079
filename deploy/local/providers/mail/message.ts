import { randomUUID } from 'node:crypto';
import { type AddressObject, simpleParser } from 'mailparser';
import type { MailItem } from '../types.ts';
import type { Notify } from './fates.ts';

const RAW_BYTES = 256 * 1024;

export type Recipient = { address: string; notify: Notify[]; orcpt: string | null };
export type Envelope = {
  from: string;
  to: Recipient[];
  envid: string | null;
  ret: 'FULL' | 'HDRS' | null;
};

/** Gathers a message up to 256 KiB; what is longer is read and thrown away. */
export function gather(stream: NodeJS.ReadableStream, done: (raw: Buffer, whole: boolean) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    if (bytes < RAW_BYTES) chunks.push(chunk.subarray(0, RAW_BYTES - bytes));
    bytes += chunk.length;
  });
  stream.once('end', () => done(Buffer.concat(chunks), bytes <= RAW_BYTES));
}

/** The header block of a message, without the empty line. */
export function headersOf(raw: Buffer): Buffer {
  const end = raw.indexOf('\r\n\r\n');
  return end < 0 ? raw : raw.subarray(0, end + 2);
}

/** Parses a message into what a person would see of it. */
export async function readMessage(raw: Buffer, envelope: Envelope, id: string): Promise<MailItem> {
  const parsed = await simpleParser(raw, { skipImageLinks: true, skipTextToHtml: true, skipTextLinks: true });
  return {
    id,
    at: new Date().toISOString(),
    from: envelope.from,
    to: envelope.to.map(({ address }) => address),
    subject: parsed.subject ?? '',
    fromHeader: textOf(parsed.from),
    html: parsed.html || null,
    text: parsed.text ?? '',
    headers: parsed.headerLines.map(({ line }) => {
      const colon = line.indexOf(':');
      return {
        name: line.slice(0, colon),
        value: line
          .slice(colon + 1)
          .replace(/\r?\n(?=[ \t])/g, '')
          .trim(),
      };
    }),
    notify: envelope.to[0]?.notify ?? [],
    envid: envelope.envid,
    raw,
  };
}

/** A queue id as a relay gives in its answer. */
export const queueId = () => randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase();

const textOf = (address: AddressObject | undefined) => address?.text ?? '';
