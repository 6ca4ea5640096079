import { createHmac, hkdfSync } from 'node:crypto';
import type { KeyRing } from '../../shared/crypto/keyring.ts';

/** The person that a notice is for; a commitment to an address goes by its delivery's id. */
export const SUBJECT = 'subject';

/** What a commitment is about. */
export type About = { noticeId: string; what: string };

/**
 * Binds evidence to an address or a number without showing it: HMAC-SHA-256 of the value under a key of its own. Who is
 * given that key (the opening) and the value can check the one against the other; without it nobody can guess the value.
 */
export const commit = (value: string, opening: string): string =>
  createHmac('sha256', Buffer.from(opening, 'base64url')).update(value).digest('base64url');

/** The key of one commitment, 32 bytes in base64url; made from the key ring, so that it can be given out years later. */
export const openingOf = ({ noticeId, what }: About, { blind }: Pick<KeyRing, 'blind'>): string =>
  Buffer.from(hkdfSync('sha256', blind, noticeId, `evidence-commitment:${what}`, 32)).toString('base64url');
