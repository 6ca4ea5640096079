import { describe, expect, it } from '@jest/globals';
import { checkReference } from '../../../services/registry/use-cases/check-reference.ts';
import { type Json, useRegistry } from './setup.ts';

const t = useRegistry();
const TYPE = 'bh.gov.moic.sijilat.licence.renewed.v1';
const add = (id: string, more: object = {}) =>
  t.ledger.notifications.insertMany([
    { _id: id, type: TYPE, subscriberId: 's_1', data: 'x', acceptedAt: new Date(t.clock), test: false, ...more },
  ] as Json);

describe('did you send me this?', () => {
  it('gives sender, kind and time of every notice with the reference, and nothing else', async () => {
    await add(`n_1a2b3c4d${'0'.repeat(24)}`);
    await add(`n_1a2b3c4d${'f'.repeat(24)}`);
    await add(`n_1a2b3c4e${'0'.repeat(24)}`);
    await add(`n_1a2b3c4d${'a'.repeat(24)}`, { test: true });
    const entity = t.catalogue.type(TYPE)!;
    const line = { entity: entity.entity.title, title: entity.type.title, at: new Date(t.clock) };
    for (const typed of ['1A2B-3C4D', ' 1a2b 3c4d ', '1a2b3c4d', '1A2B\u20133C4D'])
      expect(await checkReference(t.registry.context, typed, '192.0.2.1')).toEqual({ ok: true, value: [line, line] });
    expect(await checkReference(t.registry.context, '0000-0000', '192.0.2.1')).toEqual({ ok: true, value: [] });
    for (const typed of ['', '1A2B', '1A2B-3C4G', '1a2b3c4d5', '{"$ne":1}'])
      expect(await checkReference(t.registry.context, typed, '192.0.2.1')).toMatchObject({ ok: false });
  });

  it('is limited by network, and by that of nobody else', async () => {
    const look = (client: string) => checkReference(t.registry.context, '0000-0000', client);
    const answers = await Promise.all(Array.from({ length: 70 }, () => look('198.51.100.7')));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(60);
    expect(await look('198.51.100.7')).toMatchObject({ code: 'too_many_requests' });
    expect(await look('198.51.100.8')).toEqual({ ok: true, value: [] });
  });
});
