import { describe, expect, it } from '@jest/globals';
import type { Caller } from '../../../services/registry/context.ts';
import { visitorOf } from '../../../services/registry/use-cases/desk.ts';
import { endGuardianship, registerGuardian } from '../../../services/registry/use-cases/desk-guardian.ts';
import { auditOf } from '../../../services/shared/audit/append.ts';
import { invent } from '../../../services/shared/subject/invented.ts';
import { type Json, type Person, useRegistry } from './setup.ts';

const t = useRegistry();
const DAY = 86_400_000;
const idOf = (subject: string) => t.registry.context.blind.subscriberId(subject);
const officer = (subject = invent('cpr', 5_000_001)): Caller => ({
  ...{ subscriberId: idOf(subject), subject, scheme: 'cpr', kind: 'person', assurance: 'high', by: 'person' },
  client: 'test',
});
const paper = 'birth_certificate' as const;

/** What an officer asks for: the two as callers for whom the officer acts. */
function asked(child: string, guardian: string, by = officer()) {
  const visitor = (subject: string) => visitorOf(t.registry.context, by, subject)!;
  return { child: visitor(child), guardian: visitor(guardian), paper };
}
const terms = () => ({ validUntil: new Date(t.clock + 730 * DAY), language: 'ar' as const });
const mandatesOf = async (who: Person) => (await who.call('GET', '/me/mandates')).body.mandates as Json[];

describe('the guardian of a child without an eKey', () => {
  it('is registered by a desk officer who saw the papers, acts at once, and both sides see who made it', async () => {
    const [child, mother] = [invent('cpr', 5_000_010), await t.person()];
    const made = await registerGuardian(t.registry.context, asked(child, mother.subject), terms());
    expect(made).toMatchObject({ ok: true });
    const [held] = await mandatesOf(mother);
    expect(held).toMatchObject({ as: 'delegate', kind: 'guardian', state: 'active', invitedBy: 'desk' });
    expect([held.scope, held.other]).toEqual([
      ['notices', 'receive', 'contacts', 'preferences'],
      `*${child.slice(-4)}`,
    ]);
    const header = { 'NotifyMe-Mandate': held.id };
    expect((await mother.call('GET', '/me', undefined, header)).body).toMatchObject({ language: 'ar', contacts: [] });
    expect((await mother.call('GET', '/me/notifications', undefined, header)).body.items).toEqual([]);
    const [act] = await auditOf(t.ledger)
      .find({ targets: idOf(child), act: 'desk_guardian' })
      .toArray();
    expect(act).toMatchObject({ actor: { role: 'desk', id: officer().subscriberId }, details: { paper } });
    const looks = await t.registry.context.lookups.list(idOf(mother.subject), 10);
    expect(looks).toMatchObject([{ by: 'officer', because: 'guardianship at a desk' }]);
  });

  it('replaces the mandate before, and is ended at the desk at once', async () => {
    const [child, mother] = [invent('cpr', 5_000_011), await t.person()];
    const wish = asked(child, mother.subject);
    for (let n = 0; n < 2; n += 1) await registerGuardian(t.registry.context, wish, terms());
    expect((await mandatesOf(mother)).map(({ state }) => state).toSorted()).toEqual(['active', 'revoked']);
    for (let n = 0; n < 2; n += 1)
      expect(await endGuardianship(t.registry.context, wish)).toEqual({ ok: true, value: null });
    const over = await mandatesOf(mother);
    expect(over.map(({ state, endedBy }) => [state, endedBy])).toEqual(Array(2).fill(['revoked', 'desk']));
  });

  it('is never the officer, nor the child, and ends with its time', async () => {
    const [child, by] = [invent('cpr', 5_000_012), officer()];
    const { context } = t.registry;
    for (const wish of [asked(child, by.subject), asked(by.subject, child), asked(child, child)])
      expect(await registerGuardian(context, wish, terms())).toMatchObject({ ok: false, code: 'mandate_own' });
    const mother = await t.person();
    await registerGuardian(context, asked(child, mother.subject), { ...terms(), validUntil: new Date(t.clock + 1) });
    t.clock += DAY;
    expect((await mandatesOf(mother))[0].state).toBe('ended');
    t.clock -= DAY;
  });

  it('is not registered when the audit trail does not take it', async () => {
    const [child, mother] = [invent('cpr', 5_000_013), await t.person()];
    const append = registerGuardian(
      { ...t.registry.context, ledger: { ...t.ledger, connection: { collection: down } } } as never,
      asked(child, mother.subject),
      terms(),
    );
    await expect(append).rejects.toThrow('the audit trail is away');
    expect(await mandatesOf(mother)).toEqual([]);
  });
});

const down = () => {
  throw new Error('the audit trail is away');
};
