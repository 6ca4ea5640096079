import { afterAll, beforeAll } from '@jest/globals';
import { type Browser, chromium } from 'playwright-core';
import { findChromium } from '../chromium.ts';

// Nothing of the browser's own may go out while tests run, and containers have no user namespace for the sandbox.
const FLAGS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';

/** One Chromium of a test file. */
export function useBrowser(): { browser: Browser } {
  const held = {} as { browser: Browser };
  beforeAll(async () => {
    held.browser = await chromium.launch({ executablePath: await findChromium(), args: FLAGS.split(' ') });
  }, 180_000);
  afterAll(async () => held.browser?.close());
  return held;
}
