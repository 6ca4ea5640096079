import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Router } from 'express';
import { ASSETS } from './places.ts';

/** Files whose address is fixed by others: the push worker must be at the root to have its scope, RFC 9116 names its own. */
export function addPublicFiles(router: Router, { publicUrl, contact, now }: PublicFiles): void {
  const worker = readFileSync(join(ASSETS, 'push-worker.js'));
  router.get(
    '/push-worker.js',
    (_req, res) =>
      void res.set({ 'Content-Type': 'text/javascript; charset=utf-8', 'Cache-Control': 'no-cache' }).send(worker),
  );
  router.get(
    '/.well-known/security.txt',
    (_req, res) => void res.type('text/plain').send(securityText(publicUrl, contact, now())),
  );
}

export type PublicFiles = { publicUrl: URL; contact: string; now(): Date };

const HALF_A_YEAR_MS = 182 * 86_400_000;

/** RFC 9116: where to report a weakness; it expires within a year, so that a forgotten copy does not live on. */
export function securityText(publicUrl: URL, contact: string, now: Date): string {
  return [
    `Contact: ${contact}`,
    `Expires: ${new Date(now.getTime() + HALF_A_YEAR_MS).toISOString()}`,
    'Preferred-Languages: ar, en',
    `Canonical: ${new URL('/.well-known/security.txt', publicUrl).href}`,
    '',
  ].join('\n');
}
