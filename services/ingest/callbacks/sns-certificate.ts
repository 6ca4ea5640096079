import { type KeyObject, X509Certificate } from 'node:crypto';
import type { SnsFetcher } from './sns-fetcher.ts';

export type Certificates = { key(url: string): Promise<KeyObject | null> };

const KEPT = 50;
const REMEMBER_MISS_MS = 60_000;

type Entry = { certificate: Promise<X509Certificate | null>; until: number };

/**
 * Signing certificates by address, each fetched once. What is no certificate is remembered for a minute, so that
 * a flood of forged messages does not become a flood of requests. Addresses must have been checked before.
 * @returns `key(url)`: the RSA public key, or null when there is no certificate that is valid now.
 *   Rejects with the fetcher's error when the address cannot be read for the moment.
 */
export function createCertificates({ fetcher, now }: { fetcher: SnsFetcher; now: () => number }): Certificates {
  const entries = new Map<string, Entry>();

  function load(url: string): Entry {
    const entry: Entry = { certificate: fetchCertificate(fetcher, url), until: Number.POSITIVE_INFINITY };
    entries.set(url, entry);
    entry.certificate.then(
      (certificate) => {
        entry.until = certificate ? Date.parse(certificate.validTo) : now() + REMEMBER_MISS_MS;
      },
      () => entries.delete(url),
    );
    const oldest = entries.keys().next();
    if (entries.size > KEPT && !oldest.done) entries.delete(oldest.value);
    return entry;
  }

  return {
    async key(url) {
      const kept = entries.get(url);
      const { certificate } = kept && kept.until > now() ? kept : load(url);
      const found = await certificate;
      return found && isValidAt(found, now()) ? found.publicKey : null;
    },
  };
}

async function fetchCertificate(fetcher: SnsFetcher, url: string): Promise<X509Certificate | null> {
  let pem: string;
  try {
    pem = await fetcher.get(url);
  } catch (error) {
    if ((error as { retryable?: boolean }).retryable !== false) throw error;
    return null;
  }
  try {
    const certificate = new X509Certificate(pem);
    return certificate.publicKey.asymmetricKeyType === 'rsa' ? certificate : null;
  } catch {
    return null;
  }
}

const isValidAt = ({ validFrom, validTo }: X509Certificate, at: number) =>
  Date.parse(validFrom) <= at && at <= Date.parse(validTo);
