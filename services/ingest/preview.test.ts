import { expect, it } from '@jest/globals';
import { sampleCatalogue } from '../shared/event/sample-catalogue.ts';
import { createPreviewGate, previewForEntity } from './preview.ts';

it('lets one preview run and three wait; whoever comes then is asked to come again', async () => {
  const gate = createPreviewGate();
  const release: (() => void)[] = [];
  const busy = Array.from({ length: 4 }, () => gate(() => new Promise<void>((resolve) => release.push(resolve))));
  const deps = { ledger: {} as never, catalogue: sampleCatalogue(), now: () => new Date() };
  const asked = previewForEntity({ segment: 'all', type: 'bh.gov.moh.health.campaign.flu.v1' }, 'health', gate, deps);
  await expect(asked).rejects.toMatchObject({ code: 'unavailable' });
  for (let n = 0; n < busy.length; n++) {
    while (release.length <= n) await new Promise((resolve) => setImmediate(resolve));
    release[n]!();
  }
  await Promise.all(busy);
});
