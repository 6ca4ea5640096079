import webPush from 'web-push';

export type VapidKeys = {
  /** `mailto:` or https address of whom a push service can ask. */
  subject: string;
  /** P-256 keys in base64url, as `web-push` makes them. */
  publicKey: string;
  privateKey: string;
};

/** A token is good for 12 hours (24 at most: RFC 8292, 2) and is used for 11, in milliseconds. */
const GOOD_FOR = 12 * 3_600_000;
const USED_FOR = 11 * 3_600_000;
/** Origins whose tokens are kept; a register has a handful of push services. */
const KEPT = 200;

/**
 * Makes the Authorization header for an origin (RFC 8292) and keeps it, because a signature costs as much as the
 * encryption of a message. Throws at once when the keys or the subject are wrong.
 */
export const createVapid = (keys: VapidKeys, now: () => number = Date.now): ((origin: string) => string) => {
  const tokens = new Map<string, { header: string; until: number }>();
  const sign = (origin: string, expiry: number): string =>
    webPush.getVapidHeaders(origin, keys.subject, keys.publicKey, keys.privateKey, 'aes128gcm', expiry).Authorization;
  sign('https://push.example', Math.floor((now() + GOOD_FOR) / 1000));

  return (origin) => {
    const kept = tokens.get(origin);
    if (kept && kept.until > now()) return kept.header;
    if (tokens.size >= KEPT) tokens.clear();
    const header = sign(origin, Math.floor((now() + GOOD_FOR) / 1000));
    tokens.set(origin, { header, until: now() + USED_FOR });
    return header;
  };
};
