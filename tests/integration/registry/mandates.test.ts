import { describe, expect, it } from '@jest/globals';
import { mandateInForce } from '../../../services/registry/use-cases/mandates.ts';
import { appendAct, auditOf } from '../../../services/shared/audit/append.ts';
import { verifyChain } from '../../../services/shared/audit/verify.ts';
import { invent } from '../../../services/shared/subject/invented.ts';
import { type Json, type Person, useRegistry } from './setup.ts';

const t = useRegistry();
const DAY = 86_400_000;
const until = (days: number) => new Date(t.clock + days * DAY).toISOString();
const wish = (more = {}) => ({ as: 'principal', kind: 'helper', scope: ['notices'], validUntil: until(90), ...more });
const invite = async (who: Person, more = {}) => (await who.call('POST', '/me/mandates', wish(more))).body;
const idOf = ({ subject }: Person) => t.registry.context.blind.subscriberId(subject);
const company = () => t.person({ subject: invent('company', 60_000 + t.people) });

/** A principal, a delegate and an active mandate between them. */
async function agreed(more = {}) {
  const [old, helper] = [await t.person(), await t.person()];
  const { code, mandate } = await invite(old, more);
  const accepted = await helper.call('POST', '/me/mandates/accept', { code });
  return { old, helper, code, id: mandate.id as string, accepted };
}

describe('a mandate', () => {
  it('is offered with a code that is shown once, accepted by its other side, and seen by both', async () => {
    const { old, helper, code, id, accepted } = await agreed({ scope: ['preferences', 'notices'] });
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{12}$/);
    expect(accepted).toMatchObject({ status: 200, body: { id, as: 'delegate', state: 'active' } });
    expect(accepted.body.scope).toEqual(['notices', 'preferences']);
    const given = await old.call('GET', '/me/mandates');
    expect(given.body.mandates).toMatchObject([{ id, as: 'principal', other: `*${helper.subject.slice(-4)}` }]);
    const heldOnes = await helper.call('GET', '/me/mandates');
    expect(heldOnes.body.mandates).toMatchObject([{ id, as: 'delegate', other: `*${old.subject.slice(-4)}` }]);
    expect(JSON.stringify([given.body, heldOnes.body])).not.toContain(code);
  });

  it('may be offered by the delegate, and then holds only when the principal accepts', async () => {
    const [child, parent] = [await t.person(), await t.person()];
    const { code, mandate } = await invite(parent, { as: 'delegate', kind: 'guardian' });
    const { context } = t.registry;
    expect((await mandateInForce(context, idOf(parent), mandate.id)).ok).toBe(false);
    const accepted = await child.call('POST', '/me/mandates/accept', {
      code: `${code.slice(0, 4)}-${code.slice(4).toLowerCase()}`,
    });
    expect(accepted).toMatchObject({ status: 200, body: { as: 'principal', state: 'active' } });
    expect((await mandateInForce(context, idOf(parent), mandate.id)).ok).toBe(true);
    expect((await mandateInForce(context, idOf(child), mandate.id)).ok).toBe(false);
  });

  it('of two who accept at once goes to one', async () => {
    const old = await t.person();
    const { code } = await invite(old);
    const many = await Promise.all(Array.from({ length: 8 }, () => t.person()));
    const answers = await Promise.all(many.map((one) => one.call('POST', '/me/mandates/accept', { code })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(404)]);
    const [only] = (await old.call('GET', '/me/mandates')).body.mandates;
    const winner = many[answers.findIndex(({ status }) => status === 200)]!;
    expect(only).toMatchObject({ state: 'active', other: `*${winner.subject.slice(-4)}` });
  });

  it.each(['principal', 'delegate'] as const)(
    'is ended at once by its %s, even while it is being accepted',
    async (side) => {
      const { old, helper, id } = await agreed();
      const who = side === 'principal' ? old : helper;
      const stranger = await t.person();
      expect((await stranger.call('POST', `/me/mandates/${id}/revoke`)).body.code).toBe('mandate_unknown');
      const revoked = await who.call('POST', `/me/mandates/${id}/revoke`);
      expect(revoked.body).toMatchObject({ state: 'revoked', endedBy: side });
      expect((await mandateInForce(t.registry.context, idOf(helper), id)).ok).toBe(false);
      expect((await who.call('POST', `/me/mandates/${id}/revoke`)).body).toEqual(revoked.body);
      const pending = await invite(old);
      const [, accepted] = await Promise.all([
        old.call('POST', `/me/mandates/${pending.mandate.id}/revoke`),
        helper.call('POST', '/me/mandates/accept', { code: pending.code }),
      ]);
      expect([200, 404]).toContain(accepted.status);
      expect((await mandateInForce(t.registry.context, idOf(helper), pending.mandate.id)).ok).toBe(false);
    },
  );

  it('ends by itself, and its invitation after seven days', async () => {
    const { helper, id } = await agreed({ validUntil: until(2) });
    const old = await t.person();
    const late = await invite(old);
    const before = t.clock;
    t.clock += 2 * DAY;
    expect((await mandateInForce(t.registry.context, idOf(helper), id)).ok).toBe(false);
    t.clock = before + 7 * DAY;
    expect((await helper.call('POST', '/me/mandates/accept', { code: late.code })).body.code).toBe(
      'mandate_code_unknown',
    );
    expect((await old.call('GET', '/me/mandates')).body.mandates[0].state).toBe('ended');
    t.clock = before;
  });

  it('fits who the two are: companies have representatives, and nobody accepts their own invitation', async () => {
    const [bakery, noor] = [await company(), await t.person()];
    expect((await bakery.call('POST', '/me/mandates', wish())).body.code).toBe('mandate_kind');
    expect((await noor.call('POST', '/me/mandates', wish({ kind: 'representative' }))).body.code).toBe('mandate_kind');
    const { code } = await invite(bakery, { kind: 'representative' });
    expect((await bakery.call('POST', '/me/mandates/accept', { code })).body.code).toBe('mandate_own');
    expect((await (await company()).call('POST', '/me/mandates/accept', { code })).body.code).toBe('mandate_kind');
    expect((await noor.call('POST', '/me/mandates/accept', { code })).status).toBe(200);
  });

  it('is refused with every fault at once, to officers, and beyond twenty', async () => {
    const noor = await t.person();
    const bad = await noor.call('POST', '/me/mandates', {
      as: 'me',
      kind: 'friend',
      scope: ['all'],
      validUntil: 'soon',
    });
    expect(bad.body.errors.map(({ pointer, code }: Json) => `${pointer} ${code}`)).toEqual([
      '/as not_a_choice',
      '/kind not_a_choice',
      '/scope/0 not_a_choice',
      '/validUntil mandate_until',
    ]);
    for (const validUntil of [until(-1), until(800), '2027-02-01T00:00:00'])
      expect((await noor.call('POST', '/me/mandates', wish({ validUntil }))).status).toBe(422);
    const operator = await noor.call('POST', '/me/mandates/accept', { code: { $ne: '' } });
    expect([operator.status, operator.body.code]).toEqual([400, 'invalid_request']);
    expect((await (await t.person({ by: 'officer' })).call('POST', '/me/mandates', wish())).status).toBe(403);
    for (let n = 0; n < 20; n += 1) await invite(noor);
    expect((await noor.call('POST', '/me/mandates', wish())).body).toMatchObject({
      code: 'too_many_mandates',
      limit: 20,
    });
  });

  it('is written down before it changes: each act in the chain, with no number in the clear, or it does not happen', async () => {
    const { old, helper, id } = await agreed();
    await old.call('POST', `/me/mandates/${id}/revoke`);
    const acts = await auditOf(t.ledger).find({ targets: id }).sort({ _id: 1 }).toArray();
    expect(acts.map(({ act, actor }) => [act, actor.id])).toEqual([
      ['mandate_invite', idOf(old)],
      ['mandate_accept', idOf(helper)],
      ['mandate_revoke', idOf(old)],
    ]);
    expect((await verifyChain(t.ledger)).ok).toBe(true);
    const raw = await t.rawDatabase();
    for (const { subject } of [old, helper]) expect(raw).not.toContain(subject.slice(4));
  });

  it('is not made when the audit trail does not take it', async () => {
    const noor = await t.person();
    const audit = auditOf(t.ledger);
    await audit.deleteMany({});
    await appendAct(t.ledger, { actor: { id: 'x', role: 'system' }, act: 'mandate_invite', targets: [], reason: '' });
    await audit.createIndex({ act: 1 }, { name: 'broken', unique: true });
    const answer = await noor.call('POST', '/me/mandates', wish());
    await audit.dropIndex('broken');
    expect(answer.status).toBe(500);
    expect((await noor.call('GET', '/me/mandates')).body.mandates).toEqual([]);
  });
});
