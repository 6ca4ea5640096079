import { describe, expect, it } from '@jest/globals';
import { createUnsubscribeToken } from '../../../services/shared/unsubscribe.ts';
import { baseOf, type Json, useRegistry } from './setup.ts';

const t = useRegistry();

describe('preferences', () => {
  const optOut = (entity: string, category: string, channel = '*') => ({ entity, category, channel, allow: false });

  it('C25: an opt-out of mandatory notices is refused and nothing is stored', async () => {
    const noor = await t.person();
    const kept = [optOut('sijilat', '*', 'sms')];
    await noor.call('PUT', '/me/preferences', { preferences: kept });
    const answer = await noor.call('PUT', '/me/preferences', {
      preferences: [optOut('ekey', 'sign-in'), optOut('ekey', '*')],
    });
    expect(answer).toMatchObject({ status: 409, body: { code: 'mandatory_category' } });
    expect(answer.body.errors.map(({ pointer }: Json) => pointer)).toEqual(['/preferences/0', '/preferences/1']);
    expect(answer.body.stillArrives[0].titles[0].en).toBe('Sign-in code');
    expect((await noor.call('GET', '/me/preferences')).body.preferences).toEqual(kept);
  });

  it('C25: an opt-out of everything is stored and says what still arrives', async () => {
    const noor = await t.person();
    const before = await t.counted('registrations', 'preferences_saved');
    const answer = await noor.call('PUT', '/me/preferences', { preferences: [optOut('*', '*')] });
    expect(answer.status).toBe(200);
    const still = answer.body.stillArrives.map(({ entity, category }: Json) => `${entity}/${category}`);
    expect(still).toEqual(expect.arrayContaining(['ekey/sign-in', 'notifyme/account']));
    const stored = await t.ledger.subscribers
      .findOne({ 'preferences.entity': '*', 'preferences.category': '*' })
      .lean();
    expect(stored!.preferences).toEqual([{ ...optOut('*', '*'), at: new Date(t.clock) }]);
    expect(await t.counted('registrations', 'preferences_saved')).toBe(before + 1);
    const choice = answer.body.choices.find(({ entity }: Json) => entity === 'ekey');
    expect(choice.categories).toContainEqual(expect.objectContaining({ id: 'sign-in', mandatory: 'all' }));
  });

  it('name known entities and categories, each once', async () => {
    const noor = await t.person();
    const answer = await noor.call('PUT', '/me/preferences', {
      preferences: [
        optOut('nobody', 'x'),
        optOut('*', 'sign-in'),
        optOut('ofoq', '*'),
        optOut('ofoq', '*'),
        { entity: 'ofoq' },
      ],
    });
    expect(answer.body.errors.map(({ pointer, code }: Json) => `${pointer} ${code}`)).toEqual([
      '/preferences/0/entity unknown_category',
      '/preferences/1/category unknown_category',
      '/preferences/4/category missing',
      '/preferences/4/channel missing',
      '/preferences/4/allow missing',
      '/preferences/3 repeated',
    ]);
  });
});

describe('one-click unsubscribe', () => {
  it('needs no sign-in; GET changes nothing, POST stops the emails of the category', async () => {
    const noor = await t.person();
    const { id } = (await noor.call('PUT', '/me', {})).body;
    const entity = t.catalogue.entities.find(({ types }) => types.some(({ mandatory }) => !mandatory))!;
    const category = entity.types.find(({ mandatory }) => !mandatory)!.category;
    const path = `/unsubscribe/${createUnsubscribeToken(t.ring, { subscriberId: id, entity: entity.entity, category })}`;
    expect(await t.call('GET', path)).toMatchObject({
      status: 200,
      body: { entity: entity.entity, category, channel: 'email' },
    });
    expect((await noor.call('GET', '/me/preferences')).body.preferences).toEqual([]);
    for (let i = 0; i < 2; i += 1) {
      const response = await fetch(`${baseOf(t.server)}/v1${path}`, {
        method: 'POST',
        body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
      });
      expect(response.status).toBe(200);
    }
    expect((await noor.call('GET', '/me/preferences')).body.preferences).toEqual([
      { entity: entity.entity, category, channel: 'email', allow: false },
    ]);
    expect((await t.call('POST', `${path.slice(0, -2)}xx`)).body.code).toBe('link_unknown');
    const mandatory = createUnsubscribeToken(t.ring, { subscriberId: id, entity: 'ekey', category: 'sign-in' });
    expect((await t.call('POST', `/unsubscribe/${mandatory}`)).status).toBe(409);
  });
});
