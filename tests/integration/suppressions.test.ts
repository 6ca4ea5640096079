import { afterEach, describe, expect, it, jest } from '@jest/globals';
import {
  countNew,
  exportRows,
  importRows,
  listSuppressed,
  lookUp,
  suppress,
  unsuppress,
} from '../../services/console/suppressions/index.ts';
import { readRows } from '../../services/console/suppressions/rows.ts';
import { settleOnce } from '../../services/receipts/settle.ts';
import { auditOf } from '../../services/shared/audit/append.ts';
import { at } from '../../services/shared/ledger/samples.ts';
import { TYPES } from '../support/pipeline-catalogue.ts';
import { deliver, h, read, route, useChannels } from './channels/bench.ts';

useChannels();
jest.setTimeout(30_000);
afterEach(async () => {
  await h.ledger.suppressions.deleteMany({});
});

const MOBILE = '3600 1234';
const MAIL = 'Noor@example.com';
const BECAUSE = 'somebody else has the number now';
const SAID = { by: 'op', because: BECAUSE };
const tools = () => ({
  ...{ ledger: h.ledger, sealer: h.sealer, clock: h.deps.clock },
  rules: { blind: h.deps.blind, servedCountries: ['BH'], smtpUtf8: false },
});
const add = (typed: string, more: { source?: string; until?: Date | null } = {}) =>
  suppress(typed, { source: 'operator', until: null, ...SAID, ...more }, tools());
const statusOf = async (type: string, channel: 'sms' | 'email') => {
  const [one] = await route(h.event({ type }));
  await deliver(channel, [one!]);
  const { status, reason } = (await read(one!._id))!;
  return [status, reason];
};

describe('an address on the suppression list', () => {
  it('gets nothing, and the entity is told why', async () => {
    await add(MOBILE);
    const [one] = await route(h.event({ type: TYPES.sms }));
    await deliver('sms', [one!]);
    await settleOnce(h.deps);
    expect(await read(one!._id)).toMatchObject({ status: 'skipped', reason: 'suppressed', attempts: [] });
    const told = h
      .told(h.topics.outcomes('office'))
      .filter(({ notificationId }) => notificationId === one!.notificationId);
    expect(told).toMatchObject([{ status: 'not_reached', reason: 'suppressed' }]);
    expect(h.providers.sms.calls).toEqual([]);
  });

  it.each([
    ['operator', ['skipped', 'suppressed'], ['skipped', 'suppressed']],
    ['hard_bounce', ['skipped', 'suppressed'], ['skipped', 'suppressed']],
    ['complaint', ['skipped', 'suppressed'], ['sent', null]],
  ])('by the word of %s: optional %j, mandatory %j', async (source, optional, mandatory) => {
    await add(MAIL, { source });
    expect(await statusOf(TYPES.mail, 'email')).toEqual(optional);
    expect(await statusOf(TYPES.mandatory, 'email')).toEqual(mandatory);
  });

  it('gets notices again when it is taken off, or its time is over', async () => {
    const { _id } = await add(MOBILE, { until: at(60) });
    expect(await statusOf(TYPES.sms, 'sms')).toEqual(['skipped', 'suppressed']);
    h.setClock(60);
    expect(await statusOf(TYPES.sms, 'sms')).toEqual(['sent', null]);
    h.setClock(0);
    expect([await unsuppress(_id, SAID, tools()), await unsuppress(_id, SAID, tools())]).toEqual([true, false]);
    expect(await statusOf(TYPES.sms, 'sms')).toEqual(['sent', null]);
  });

  it('stands nowhere in the clear', async () => {
    await add(MOBILE);
    await add(MAIL);
    await lookUp(MAIL, SAID, tools());
    const stored = JSON.stringify([
      await h.ledger.suppressions.find().lean(),
      await auditOf(h.ledger).find().toArray(),
    ]);
    expect(stored).not.toMatch(/36001234|3600 1234|example\.com/i);
    const listed = await listSuppressed({}, tools());
    expect(listed.map(({ masked }) => masked).toSorted()).toEqual(['*1234', 'n***@example.com']);
  });

  it('is looked up under a reason only, and the act is in the trail', async () => {
    await add(MOBILE);
    await expect(lookUp(MOBILE, { by: 'op', because: '' }, tools())).rejects.toMatchObject({ code: 'because_short' });
    const found = await lookUp('+97336001234', SAID, tools());
    expect(found).toMatchObject({ channel: 'sms', masked: '*1234', entry: { source: 'operator', because: BECAUSE } });
    const last = await auditOf(h.ledger).find().sort({ _id: -1 }).limit(1).next();
    expect(last).toMatchObject({ act: 'suppression_lookup', targets: [found.id], reason: BECAUSE });
    expect((await lookUp('36009999', SAID, tools())).entry).toBeNull();
  });

  it('is not changed when the act cannot be written', async () => {
    const connection = { collection: () => ({ findOne: () => Promise.reject(new Error('no audit')) }) };
    const broken = { ...tools(), ledger: { ...h.ledger, connection } } as never;
    await expect(suppress(MOBILE, { source: 'operator', until: null, ...SAID }, broken)).rejects.toThrow('no audit');
    await expect(lookUp(MOBILE, SAID, broken)).rejects.toThrow('no audit');
    expect(await h.ledger.suppressions.countDocuments()).toBe(0);
  });
});

describe('a list of addresses', () => {
  it('is added once, changes nothing that is there, and comes back from its export', async () => {
    await add(MOBILE);
    const csv = `address,source\n${MOBILE},complaint\n${Array.from({ length: 1_500 }, (_, n) => `person${n}@example.com,hard_bounce`).join('\n')}`;
    const rest = { source: 'operator', because: 'list of the relay', until: null };
    const { rows } = readRows(csv, rest, tools().rules, h.deps.clock());
    expect([rows.length, await countNew(rows, tools())]).toEqual([1_501, 1_500]);
    expect(await importRows(rows, SAID, tools())).toBe(1_500);
    expect(await importRows(rows, SAID, tools())).toBe(0);
    expect((await lookUp(MOBILE, SAID, tools())).entry).toMatchObject({ source: 'operator' });

    const ids: string[] = [];
    for await (const entry of exportRows(SAID, tools())) ids.push(entry._id);
    expect(new Set(ids)).toEqual(new Set(rows.map(({ id }) => id)));
    const first = await listSuppressed({ limit: 2 }, tools());
    const second = await listSuppressed({ limit: 2, after: first.at(-1)! }, tools());
    expect(new Set([...first, ...second].map(({ _id }) => _id)).size).toBe(4);
  });
});
