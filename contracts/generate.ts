// Writes contracts/generated/types.ts from the schemas: `npm run contracts`. A contract test fails when it is stale.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from 'json-schema-to-typescript';

const here = import.meta.dirname;

/** The TypeScript source of every type in contracts/schemas, in file order. */
export async function generateTypes(): Promise<string> {
  const parts = ['// Generated from contracts/schemas by `npm run contracts`. Do not edit.'];
  for (const file of readdirSync(join(here, 'schemas')).sort()) {
    const schema = JSON.parse(readFileSync(join(here, 'schemas', file), 'utf8'));
    parts.push(await compile(schema, schema.title, { bannerComment: '', additionalProperties: false, format: true }));
  }
  return parts.join('\n');
}

if (import.meta.main) writeFileSync(join(here, 'generated', 'types.ts'), await generateTypes());
