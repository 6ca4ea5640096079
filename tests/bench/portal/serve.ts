import { parseKeyRing } from '../../../services/shared/crypto/keyring.ts';
import { connectLedger } from '../../../services/shared/ledger/index.ts';
import { subjectOf } from '../../support/register/crowd.ts';
import { idsOf } from '../../support/register/requests.ts';
import { startSite } from '../../support/register/site.ts';
import type { User } from './load.ts';

/** A child of `portal.ts`: the site in a process of its own; signs in the people whose numbers it is told. */
const { uri, dbName, ring, people } = JSON.parse(process.env.PORTAL_BENCH ?? '{}');
const keys = parseKeyRing(ring);
const site = await startSite(await connectLedger({ uri, dbName, maxPoolSize: 40 }), keys);
const users: User[] = [];
for (const n of people as number[]) {
  const subject = subjectOf(n);
  users.push({ ...(await site.signIn(subject)), ids: await idsOf(site, subject) });
}
process.send?.({ url: site.url, users });
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({
    cpuMs: Math.round((user + system) / 1000),
    rssMb: Math.round(process.memoryUsage().rss / 1_048_576),
  });
});
