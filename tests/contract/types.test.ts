import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { generateTypes } from '../../contracts/generate.ts';
import { CONTRACTS } from './documents.ts';

describe('the generated types', () => {
  it('are those of the schemas: run `npm run contracts` after a change', async () => {
    expect(readFileSync(join(CONTRACTS, 'generated', 'types.ts'), 'utf8')).toBe(await generateTypes());
  });
});
