import satisfies from 'spdx-satisfies';

export type LockedPackage = { version?: string; license?: string; dev?: boolean; link?: boolean; integrity?: string };
export type Lock = { packages: Record<string, LockedPackage> };

/**
 * Licences (SPDX) that may be shipped with Apache-2.0 software. MPL-2.0 is copyleft a file, and asks nothing of files
 * beside it. Anything else wants a person's judgement first.
 */
export const ALLOWED = [
  ...['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'CC0-1.0', 'EUPL-1.1'],
  ...['ISC', 'MIT', 'MIT-0', 'MPL-2.0', 'Python-2.0', 'Unlicense'],
];

/** What is shipped: everything in the lock file but ourselves and what only development wants. */
export const shipped = ({ packages }: Lock): [string, LockedPackage][] =>
  Object.entries(packages).filter(([path, { dev, link }]) => path !== '' && !dev && !link);

/** Shipped packages whose licence is missing, unreadable or not allowed, each in words. */
export function badLicences(lock: Lock): string[] {
  return shipped(lock)
    .filter(([, { license }]) => !license || !allowed(license))
    .map(([path, { license }]) => `${path}: ${license ?? 'no licence'}`);
}

function allowed(license: string): boolean {
  try {
    return satisfies(license, ALLOWED);
  } catch {
    return false;
  }
}

/** Packages, shipped or not, that the lock file does not pin to their content (no integrity hash). */
export function unpinned({ packages }: Lock): string[] {
  return Object.entries(packages)
    .filter(([path, { link, integrity }]) => path !== '' && !link && !integrity)
    .map(([path]) => path);
}
