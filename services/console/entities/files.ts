import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { EntityPackage } from '../../shared/entities/package.ts';
import { diskTexts, textsBelow } from '../../shared/render/texts.ts';
import { EntityError } from './errors.ts';
import { CATALOGUE_FILE } from './rules.ts';
import type { EntityTools } from './tools.ts';

/** The package that the deployed files of an entity make, as they are written. Throws EntityError `no_files`. */
export function packageOfFiles(
  entity: string,
  { files, filesDir, templatesDir }: Pick<EntityTools, 'files' | 'filesDir' | 'templatesDir'>,
): EntityPackage {
  if (!files.entities.some((one) => one.entity === entity))
    throw new EntityError('no_files', `${entity} did not come with the platform's files`);
  const catalogue = JSON.parse(readFileSync(join(filesDir, `${entity}.json`), 'utf8'));
  return { catalogue, templates: textsBelow(join(templatesDir, entity), diskTexts) };
}

/**
 * Reads a package from a folder: `catalogue.json` (or `<folder>.json`) beside `templates/`, whose folders are templates.
 * Throws EntityError `faults` when there is no such file, or it is not JSON.
 */
export function readPackage(folder: string): { catalogue: unknown; templates: Record<string, string> } {
  const names = [CATALOGUE_FILE, `${basename(folder)}.json`];
  const text = names.map((name) => diskTexts.read(join(folder, name))).find((found) => found !== null);
  if (text === undefined) throw broken(names[0]!, `neither ${names.join(' nor ')} is there`);
  try {
    return { catalogue: JSON.parse(text!), templates: textsBelow(join(folder, 'templates'), diskTexts) };
  } catch (error) {
    throw broken(names[0]!, `it is not JSON: ${(error as Error).message}`);
  }
}

function broken(file: string, what: string): EntityError {
  return new EntityError('faults', `${file}: ${what}`, [{ file, what, mend: 'See contracts/README.md' }]);
}
