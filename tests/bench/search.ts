/**
 * How long a search takes among many deliveries: fills a database of its own, asks what operators ask, prints a table of
 * p50, p95 and p99 in milliseconds, and leaves nothing behind. `node tests/bench/search.ts [deliveries]`, with MONGODB_URI;
 * `--database NAME` keeps the database for the next measurement. What the search's index costs: `indexes.ts`.
 */
import type { SearchFilter } from '../../services/console/search/filter.ts';
import { search } from '../../services/console/search/find.ts';
import { loadCatalogue } from '../../services/shared/catalogue.ts';
import { hex } from './fill.ts';
import { type Asked, inFilledLedger, timeEach } from './filled.ts';

const PAGE = 50;
const ROUNDS = 20;
const HOUR = 3_600_000;
const catalogue = loadCatalogue();

await inFilledLedger(1_000_000, async ({ ledger, many, at }) => {
  const middle = new Date(at.getTime() - 15 * 24 * HOUR);
  const twoHours = { since: middle, until: new Date(middle.getTime() + 2 * HOUR) };
  const failed = { status: 'failed', channel: 'sms', reason: 'provider_unavailable' } as const;
  const questions: [string, Partial<SearchFilter>][] = [
    ['newest', {}],
    ['newest notices', { what: 'notices' }],
    ['failed', { status: 'failed' }],
    ['failed by SMS for a reason in two hours', { ...failed, ...twoHours }],
    ['of one entity', { entity: 'ofoq' }],
    ['of one entity, bounced', { entity: 'ofoq', status: 'bounced' }],
    ['of a rare provider', { provider: 'rare' }],
    ['by an event', { key: `evt-${Math.floor(many / 2)}` }],
    ['by a case', { key: `case-${2 * Math.floor(many / 4)}` }],
    ['by a reference', { key: hex('n', Math.floor(many / 3)).slice(2, 10) }],
    ['of a person', { people: [hex('s', 7)] }],
    ['notices not reached', { what: 'notices', status: 'not_reached' }],
  ];
  const asked = questions.map(
    ([what, filter]): Asked => ({
      what,
      rounds: filter.provider ? 3 : ROUNDS,
      ask: async () => {
        const tools = { ledger, catalogue, clock: () => at };
        const { items, complete } = await search({ what: 'deliveries', ...filter }, PAGE, tools);
        return `${items.length} shown, ${complete ? 'complete' : 'stopped'}`;
      },
    }),
  );
  await timeEach(asked, ROUNDS);
});
