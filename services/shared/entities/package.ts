import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { EntityCatalogue } from '../../../contracts/generated/types.ts';
import type { createEntryReader, TemplateTexts } from '../catalogue.ts';
import type { CatalogueVersion } from '../ledger/types.ts';

/** What an entity is made of, in one piece: its catalogue file, and its templates by their path below its folder. */
export type EntityPackage = { catalogue: EntityCatalogue; templates: TemplateTexts };

/** More than any entity needs, and less than one document of the ledger may hold. */
export const PACKAGE_LIMITS = { bytes: 1024 * 1024, files: 1_000 } as const;

/** The text that is stored, in the order in which it was written, and a hash that the order does not change (RFC 8785). */
export function packageText({ catalogue, templates }: { catalogue: unknown; templates: TemplateTexts }) {
  const plain = { catalogue, templates };
  const hash = createHash('sha256').update(canonicalize(plain)!).digest('hex');
  return { content: JSON.stringify(plain), hash };
}

/** `sijilat:000003` */
export const versionId = (entity: string, version: number): string => `${entity}:${String(version).padStart(6, '0')}`;

/** A stored version, ready for use. Throws when it is damaged, or does not follow the schema of this release. */
export function openVersion(
  stored: Pick<CatalogueVersion, '_id' | 'content' | 'hash'>,
  read: ReturnType<typeof createEntryReader>,
): EntityPackage {
  const { catalogue, templates } = JSON.parse(stored.content) as EntityPackage;
  if (packageText({ catalogue, templates }).hash !== stored.hash) throw new Error(`${stored._id}: its hash is wrong`);
  return { catalogue: read(catalogue, stored._id), templates };
}
