import { hkdfSync } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { CompactSign, compactVerify } from 'jose';
import type { KeyRing } from '../crypto/keyring.ts';
import type { Kafka } from '../kafka/connect.ts';
import type { Producer } from '../kafka/producer.ts';
import { readWhole } from '../kafka/read-all.ts';
import type { Ledger } from '../ledger/index.ts';
import { headOf } from './append.ts';

/** The head of the chain at a moment (ISO 8601, UTC). */
export type Anchor = { seq: number; hash: string; at: string };

export type AnchorDeps = {
  ledger: Pick<Ledger, 'connection'>;
  ring: Pick<KeyRing, 'blind'>;
  now: Date;
  /** A file on another machine's disk; a line is added to it. */
  file?: string;
  /** Where the anchor goes in Kafka, see `auditAnchorTopic`. */
  stream?: { producer: Producer; topic: string };
};

/** `<prefix>.audit-anchors`: one partition, kept for ever. */
export const auditAnchorTopic = (prefix: string): string => `${prefix}.audit-anchors`;

/**
 * Keeps the head outside of the database, so that cutting off the end of the chain, or making it anew, can be seen.
 * Signed (JWS, RFC 7515, HS256 by a key of the ring): who can write the file or the topic cannot make one up. Null
 * while the chain is empty. Throws when either place does not take it.
 */
export async function anchorHead({ ledger, ring, now, file, stream }: AnchorDeps): Promise<Anchor | null> {
  const head = await headOf(ledger);
  if (!head) return null;
  const anchor = { seq: head._id, hash: head.hash, at: now.toISOString() };
  const signed = await new CompactSign(Buffer.from(JSON.stringify(anchor)))
    .setProtectedHeader({ alg: 'HS256' })
    .sign(anchorKey(ring));
  if (file) await addLine(file, signed);
  if (stream) await stream.producer.send([{ topic: stream.topic, messages: [{ key: 'head', value: signed }] }]);
  return anchor;
}

/** The anchors of a file, oldest first. Throws when one was not signed with this key ring. */
export async function readAnchors(file: string, ring: Pick<KeyRing, 'blind'>): Promise<Anchor[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
  return Promise.all(lines.map((line) => openAnchor(line, ring)));
}

/** The anchors of the topic, oldest first; null when it is not there. Throws when one was not signed with this key ring. */
export async function readAnchorTopic(
  kafka: Kafka,
  topic: string,
  ring: Pick<KeyRing, 'blind'>,
): Promise<Anchor[] | null> {
  const signed = await readWhole(kafka, topic);
  return signed && Promise.all(signed.map((one) => openAnchor(one, ring)));
}

/** One signed anchor, as it stands in the file and in the topic. */
export async function openAnchor(signed: string, ring: Pick<KeyRing, 'blind'>): Promise<Anchor> {
  try {
    const { payload } = await compactVerify(signed, anchorKey(ring), { algorithms: ['HS256'] });
    return JSON.parse(Buffer.from(payload).toString('utf8'));
  } catch {
    throw Object.assign(new Error('an anchor was not signed with this key ring'), {
      code: 'anchor_forged',
      retryable: false,
    });
  }
}

const anchorKey = ({ blind }: Pick<KeyRing, 'blind'>): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', blind, '', 'audit-anchor', 32));

async function addLine(file: string, line: string): Promise<void> {
  const handle = await open(file, 'a', 0o600);
  try {
    await handle.write(`${line}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
