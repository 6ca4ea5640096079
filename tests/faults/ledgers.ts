import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';

/** What the producer did. `acked` comes after the platform's 2xx, or the broker's acknowledgement; `sent` before the first try. */
export type Produced = {
  kind: 'sent' | 'acked' | 'poison';
  id: string;
  via: 'http' | 'kafka';
  /** Stands in every text that comes of it. */
  ref: string;
  person: number;
  /** Whether an unknown outcome may be sent once more. */
  onUnknown: 'resend' | 'hold';
  case: string | null;
  sequence: number | null;
  /** When its time is over, in milliseconds; poison has no time. */
  expiresAt?: number;
};
/** What a provider took. Only an answer of `accepted` was told to the platform. */
export type Taken = {
  channel: 'email' | 'sms';
  ref: string;
  to: string;
  /** Ours, as the mail's Message-ID has it; a text carries none. */
  delivery: string | null;
  answer: 'accepted' | 'hung' | 'reset';
};
/**
 * What was done to the platform. `inFlight`: claimed and not stored at that moment, so possibly sent once more.
 * `leftAfter`: seconds until a worker whose consumer was made to fail had left by itself; null when it never did.
 */
export type Injected = { fault: string; target: string; inFlight: number; leftAfter?: number | null; note?: string };
/** An outcome message, as its entity has it, and when that first read it, in milliseconds. */
export type Told = {
  notificationId: string;
  eventId: string;
  revision: number;
  status: string;
  reason?: string;
  at: string;
  seenAt?: number;
  channels: { channel: string; status: string; reason?: string }[];
};

/** A file that one process appends to and others read: a line is there as soon as the call returns. */
export function openLedger<Line extends object>(file: string) {
  const descriptor = openSync(file, 'a');
  return {
    add: (line: Line) => void writeSync(descriptor, `${JSON.stringify(line)}\n`),
    close: () => closeSync(descriptor),
  };
}

/** All complete lines of a ledger, in their order. */
export function readLedger<Line>(file: string): Line[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
}

/** Where an invented person is reached. */
export const addressesOf = (person: number) => ({
  email: `person${person}@example.com`,
  sms: `+9733600${String(1000 + person).padStart(4, '0')}`,
});
