import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freshKeyRing, parseKeyRing } from '../../services/shared/crypto/keyring.ts';
import { connectLedger, type Ledger } from '../../services/shared/ledger/index.ts';
import { fillCrowd, subjectOf } from '../support/register/crowd.ts';
import { planOf, type Question, questionsOf, shapeOf } from '../support/register/plans.ts';
import { CHANGES, type Ids, idsOf, LOOKS, send } from '../support/register/requests.ts';
import { type SignedIn, type Site, startSite } from '../support/register/site.ts';

const ring = parseKeyRing(freshKeyRing());
/** Enough that no planner takes a whole collection for the shorter way. */
const PEOPLE = 1_500;
/** Has a mandate (every hundredth has). */
const SUBJECT = subjectOf(300);
let ledger: Ledger;
let site: Site;
let person: SignedIn;
let ids: Ids;

beforeAll(async () => {
  const dbName = `plans_${randomBytes(4).toString('hex')}`;
  ledger = await connectLedger({ uri: process.env.MONGODB_URI ?? '', dbName, monitorCommands: true });
  site = await startSite(ledger, ring);
  await fillCrowd(ledger, ring, PEOPLE);
  [person, ids] = [await site.signIn(SUBJECT), await idsOf(site, SUBJECT)];
}, 120_000);
afterAll(async () => {
  await site?.stop();
  await ledger?.connection.dropDatabase();
  await ledger?.close();
});

/** Small by their nature, whatever the number of people: a process reads them whole. */
const SMALL = new Set(['controls', 'providers', 'counters']);

async function faultsOf(questions: Question[]): Promise<string[]> {
  const different = new Map(questions.map((one) => [shapeOf(one), one]));
  const faults: string[] = [];
  for (const [shape, question] of different) {
    if (SMALL.has(question.collection)) continue;
    const plan = await planOf(ledger, question);
    faults.push(...plan.faults.map((fault) => `${shape}: ${fault}`));
  }
  return faults;
}

describe('what the register asks the database', () => {
  it.each([...LOOKS, ...CHANGES].map((one) => [`${one.method} ${one.path}`, one] as const))(
    '%s is answered from indexed look-ups only',
    async (_, request) => {
      let status = 0;
      const questions = await questionsOf(ledger, async () => {
        status = await send(site, person, ids, request);
      });
      expect(status).toBeLessThan(500);
      expect(questions.length).toBeGreaterThan(0);
      expect(await faultsOf(questions)).toEqual([]);
    },
  );

  it('would be found out if it read a whole collection', async () => {
    const questions = await questionsOf(ledger, () => ledger.subscribers.find({ language: 'ar' }).limit(3).lean());
    expect(await faultsOf(questions)).toEqual(['subscribers by language: reads the whole collection']);
  });
});
