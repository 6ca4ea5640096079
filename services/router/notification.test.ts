import { describe, expect, it } from '@jest/globals';
import type { NotifyMeEvent } from '../../contracts/generated/types.ts';
import { createSealer } from '../shared/crypto/field.ts';
import { freshKeyRing, parseKeyRing } from '../shared/crypto/keyring.ts';
import type { AcceptedEvent } from '../shared/event/open-message.ts';
import { sampleCatalogue } from '../shared/event/sample-catalogue.ts';
import { at, idOf, NOON } from '../shared/ledger/samples.ts';
import type { Decision } from '../shared/ledger/types.ts';
import type { Verdict } from './decide.ts';
import { deliveriesOf, draftNotification, positionOf, toNotice, withVerdict } from './notification.ts';

const sealer = createSealer(parseKeyRing(freshKeyRing()));
const catalogue = sampleCatalogue();
const RENEWED = 'bh.gov.moic.sijilat.licence.renewed.v1';

function accepted(more: Partial<NotifyMeEvent> = {}, traceparent: string | null = null): AcceptedEvent {
  const event = {
    specversion: '1.0' as const,
    id: 'evt-1',
    source: '/sijilat',
    type: RENEWED,
    subject: 'cpr:900100001',
    data: { reference: 'AB-2027/15' },
    ...more,
  };
  const { entity, type } = catalogue.type(event.type)!;
  const subject = { kind: 'person' as const, scheme: 'cpr' as const, number: '900100001', canonical: event.subject };
  const place = { topic: 'events', partition: 2, offset: '17', key: null, value: null };
  const message = { ...place, headers: {}, at: NOON };
  return { ok: true, event, entity, type, subject, message, test: false, traceparent };
}
const draft = (more: Partial<NotifyMeEvent> = {}) => draftNotification(accepted(more), idOf('s', '1'), sealer);

describe('a drafted notification', () => {
  it('is the same for the same source, id and person (CloudEvents: source and id identify an event)', () => {
    const ids = new Set([draft()._id, draft({ data: { reference: 'other' } })._id]);
    expect(ids.size).toBe(1);
    expect(draft({ source: '/sijilat/branch' })._id).not.toBe(draft()._id);
    expect(draftNotification(accepted(), idOf('s', '2'), sealer)._id).not.toBe(draft()._id);
  });

  it('holds the data sealed, and where the event stood', () => {
    const one = draft();
    expect(JSON.stringify(one)).not.toContain('AB-2027');
    expect(JSON.parse(sealer.open(one.data, 'data'))).toEqual({ reference: 'AB-2027/15' });
    expect([one.position, positionOf(accepted())]).toEqual(['events/2/17', 'events/2/17']);
  });

  it('lives for its type’s time from acceptance, or from the scheduled start, or until the event says', () => {
    const seconds = 259_200;
    expect(draft().expiresAt).toEqual(at(seconds));
    expect(draft({ notbefore: at(3600).toISOString() }).expiresAt).toEqual(at(3600 + seconds));
    expect(draft({ expirytime: at(60).toISOString() }).expiresAt).toEqual(at(60));
    expect(draft({ expirytime: at(seconds + 60).toISOString() }).expiresAt).toEqual(at(seconds));
  });

  it('is linked to the event that it corrects, when it names one (CloudEvents correlation extension)', () => {
    expect(draft({ causationid: 'evt-0' }).causationId).toBe('evt-0');
    expect(draft()).not.toHaveProperty('causationId');
  });

  it('carries the trace that its message came with', () => {
    const sealed = draftNotification(accepted({}, '00-trace'), idOf('s', '1'), sealer);
    expect(sealed.traceparent).toBe('00-trace');
  });
});

describe('what deciding needs', () => {
  it('names the one contact only for a type that goes to one', () => {
    const data = { contactId: idOf('c', '9') };
    const code = accepted({ type: 'bh.gov.notifyme.contact.code.v1', source: '/notifyme', data });
    const ofCode = toNotice(code, draftNotification(code, idOf('s', '1'), sealer), false);
    expect(ofCode).toMatchObject({ onlyContactId: idOf('c', '9'), mandatory: true, urgent: true });
    expect(toNotice(accepted({ data }), draft(), true)).toMatchObject({ onlyContactId: null, cancelled: true });
  });
});

describe('after the verdict', () => {
  it('a routed notice waits for its outcome; an ended one has it, still to be told', () => {
    const routed = withVerdict(draft(), { kind: 'route', decisions: [] }, NOON);
    expect(routed).toMatchObject({ status: 'routed', outcomeAt: null, outcomeTold: true, routedAt: NOON });
    const end: Verdict = { kind: 'end', status: 'not_reached', reason: 'no_contact', decisions: [] };
    expect(withVerdict(draft(), end, NOON)).toMatchObject({
      ...{ status: 'not_reached', reason: 'no_contact', outcomeAt: NOON, outcomeTold: false },
    });
  });
});

describe('deliveries', () => {
  const decision = (more: Partial<Decision> = {}): Decision => ({
    ...{ channel: 'sms', step: 0, decision: 'send', reason: null, contactId: idOf('c', '1'), dueAt: null },
    ...more,
  });
  const routed = (decisions: Decision[]) => ({ ...draft(), status: 'routed' as const, decisions });

  it('are those that were not skipped: queued when they go now, deferred until their time', () => {
    const skip = decision({ channel: 'push', decision: 'skip', reason: 'no_contact', contactId: null });
    const wait = decision({ channel: 'email', decision: 'defer', reason: 'quiet_hours', dueAt: at(60) });
    const made = deliveriesOf(routed([decision(), wait, skip]), NOON, 300_000);
    expect(made.map(({ channel, status, reason, dueAt }) => [channel, status, reason, dueAt])).toEqual([
      ['sms', 'queued', null, at(300)],
      ['email', 'deferred', 'quiet_hours', at(60)],
    ]);
  });

  it('have the same ids each time they are derived, and one each for every contact', () => {
    const decisions = [decision(), decision({ contactId: idOf('c', '2') })];
    const ids = (now: Date) => deliveriesOf(routed(decisions), now, 300_000).map(({ _id }) => _id);
    expect(ids(at(500))).toEqual(ids(NOON));
    expect(new Set(ids(NOON)).size).toBe(2);
  });

  it('keep their order when the event names a case, with or without its place in it', () => {
    const ordered = (more: Partial<NotifyMeEvent>) =>
      deliveriesOf({ ...draft(more), decisions: [decision()] }, NOON, 300_000)[0]?.ordered;
    expect(ordered({ correlationid: 'case-1', sequence: '3' })).toBe(true);
    expect([ordered({ correlationid: 'case-1' }), ordered({ sequence: '3' })]).toEqual([true, false]);
  });
});
