import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { loadAssets, SHARED_ASSETS } from './assets.ts';
import { stylesheet } from './styles.behaviour.ts';

const FILE = join(SHARED_ASSETS, 'pages.css');

describe('the stylesheet', () => {
  stylesheet(FILE);

  it('weighs under 8 KB compressed', () => expect(gzipSync(readFileSync(FILE)).length).toBeLessThan(8 * 1024));

  it('has an address that changes with its content', () =>
    expect(loadAssets([SHARED_ASSETS]).href('pages.css')).toMatch(/^\/assets\/[0-9a-f]{12}\/pages\.css$/));
});
