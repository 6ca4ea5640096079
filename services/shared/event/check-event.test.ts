import { describe, expect, it } from '@jest/globals';
import { checkEvent, type EventContext } from './check-event.ts';
import { sampleCatalogue } from './sample-catalogue.ts';

const catalogue = sampleCatalogue();
const now = new Date('2026-11-24T09:00:00Z');
const sijilat: EventContext = { catalogue, now, entity: 'sijilat', keyKind: 'live' };
const health: EventContext = { ...sijilat, entity: 'health' };

const renewed = {
  specversion: '1.0',
  id: 'evt-1',
  source: '/sijilat',
  type: 'bh.gov.moic.sijilat.licence.renewed.v1',
  subject: 'company:12345',
  time: '2026-11-24T08:59:00Z',
  data: { reference: 'AB-2027/15' },
};
const campaign = {
  ...renewed,
  source: '/health',
  type: 'bh.gov.moh.health.campaign.flu.v1',
  subject: 'audience:north',
};

const faultsOf = (event: unknown, context = sijilat) => {
  const checked = checkEvent(event, context);
  return checked.ok ? [] : checked.faults.map(({ code, pointer }) => `${code} ${pointer}`);
};
const without = (name: string) => Object.fromEntries(Object.entries(renewed).filter(([key]) => key !== name));

describe('checkEvent', () => {
  it.each([
    ['no id', without('id'), ['schema /id']],
    ['no subject', without('subject'), ['schema /subject']],
    ['no data', without('data'), ['schema /data']],
    ['an attribute the contract does not know', { ...renewed, priority: 'high' }, ['schema /priority']],
    ['another CloudEvents version', { ...renewed, specversion: '0.3' }, ['schema /specversion']],
    ['a time without a zone (RFC 3339)', { ...renewed, time: '2026-11-24T08:59:00' }, ['schema /time']],
    ['an id with a line break', { ...renewed, id: 'a\nb' }, ['schema /id']],
    ['a traceparent that is none', { ...renewed, traceparent: 'x' }, ['schema /traceparent']],
    ['a source without its slash', { ...renewed, source: 'sijilat' }, ['schema /source']],
    ['an array', [renewed], ['schema ']],
    ['null', null, ['schema ']],
    ['a misspelt type', { ...renewed, type: 'bh.gov.moic.sijilat.licence.renewd.v1' }, ['unknown_type /type']],
    ['a type that is a word', { ...renewed, type: 'constructor' }, ['unknown_type /type']],
    ["another entity's type", { ...renewed, type: 'bh.gov.moh.health.result.ready.v1' }, ['unknown_type /type']],
    ["another entity's source", { ...renewed, source: '/health/x' }, ['foreign_source /source']],
    ['a source nobody has', { ...renewed, source: '/nobody' }, ['foreign_source /source']],
    ['a CPR number with a wrong month', { ...renewed, subject: 'cpr:901300001' }, ['bad_subject /subject']],
    ['a scheme nobody knows', { ...renewed, subject: 'passport:1' }, ['bad_subject /subject']],
    ['a subject in Arabic digits', { ...renewed, subject: 'company:١٢٣٤٥' }, ['schema /subject']],
    ['data without a value (C11)', { ...renewed, data: {} }, ['bad_data /data/reference']],
    ['data of a wrong kind', { ...renewed, data: { reference: 'A', fee: 'ten' } }, ['bad_data /data/fee']],
    ['data that is too much', { ...renewed, data: { reference: 'A', 'a/b': 1 } }, ['bad_data /data/a~1b']],
    ['an expiry in the past', { ...renewed, expirytime: '2026-11-24T09:00:00Z' }, ['expired /expirytime']],
    [
      'an expiry before the scheduled moment',
      { ...renewed, notbefore: '2026-11-25T09:00:00Z', expirytime: '2026-11-25T08:00:00Z' },
      ['expired /expirytime'],
    ],
    ['a time 5 minutes and a second ahead', { ...renewed, time: '2026-11-24T09:05:01Z' }, ['time_ahead /time']],
    ['a schedule of 91 days', { ...renewed, notbefore: '2027-02-23T09:00:00Z' }, ['notbefore_too_far /notbefore']],
    ['an audience for a personal type', { ...renewed, subject: 'audience:all' }, ['not_audience_type /subject']],
    [
      'the simulator with a live key',
      { ...renewed, subject: 'simulator:expired' },
      ['simulator_needs_test_key /subject'],
    ],
    [
      'a mandatory type without the grant (C25)',
      { ...renewed, type: 'bh.gov.moic.sijilat.licence.revoked.v1' },
      ['not_granted /type'],
    ],
    [
      'a lane without the grant',
      { ...renewed, type: 'bh.gov.moic.sijilat.licence.campaign.v1' },
      ['not_granted /type'],
    ],
    ["the platform's own type", { ...renewed, type: 'bh.gov.notifyme.contact.code.v1' }, ['internal_type /type']],
  ])('refuses %s', (_name, event, faults) => {
    expect(faultsOf(event)).toEqual(faults);
  });

  it('tells all faults at once, each in both languages and without a value of the event', () => {
    const checked = checkEvent(
      { specversion: '1.0', source: '/health', type: 'x.y.v1', subject: 'cpr:123', time: '2027-01-01T00:00:00Z' },
      sijilat,
    );
    if (checked.ok) throw new Error('accepted');
    expect(checked.faults.map(({ code, pointer }) => `${code} ${pointer}`).sort()).toEqual([
      'bad_subject /subject',
      'foreign_source /source',
      'schema /data',
      'schema /id',
      'time_ahead /time',
      'unknown_type /type',
    ]);
    for (const { message } of checked.faults) {
      expect(message.en).toMatch(/^[\x20-\x7e]+$/);
      expect(message.ar).toMatch(/[\u0621-\u064a]/);
      expect(JSON.stringify(message)).not.toContain('123');
    }
  });

  it.each([
    ['the least an event needs', without('time'), sijilat],
    ['a path below the source', { ...renewed, source: '/sijilat/branch-2' }, sijilat],
    [
      'a mandatory type of an entity with the grant (C25)',
      { ...campaign, type: 'bh.gov.moh.health.result.ready.v1', subject: 'cpr:900100001' },
      health,
    ],
    ['an audience where the type allows it', campaign, health],
    ['one person where an audience is allowed', { ...campaign, subject: 'cpr:900100001' }, health],
    [
      'the simulator with a test key',
      { ...renewed, subject: 'simulator:mailbox_full' },
      { ...sijilat, keyKind: 'test' as const },
    ],
    ['a schedule of 90 days', { ...renewed, notbefore: '2027-02-22T09:00:00Z' }, sijilat],
    ['a clock 5 minutes ahead', { ...renewed, time: '2026-11-24T09:05:00Z' }, sijilat],
    [
      'every extension',
      {
        ...renewed,
        sequence: '7',
        correlationid: 'c',
        causationid: 'evt-1',
        partitionkey: 'p',
        tracestate: 'a=b',
        expirytime: '2026-11-24T09:00:01Z',
      },
      sijilat,
    ],
  ])('accepts %s', (_name, event, context) => {
    expect(faultsOf(event, context)).toEqual([]);
  });

  it('knows the simulator reasons and no others', () => {
    const test = { ...sijilat, keyKind: 'test' as const };
    expect(faultsOf({ ...renewed, subject: 'simulator:delivered' }, test)).toEqual([]);
    expect(faultsOf({ ...renewed, subject: 'simulator:no_such' }, test)).toEqual(['bad_subject /subject']);
  });

  it('gives the canonical subject, so that two spellings are one recipient', () => {
    const checked = checkEvent({ ...renewed, subject: 'company:012345' }, sijilat);
    expect(checked).toMatchObject({ ok: true, subject: { kind: 'company', canonical: 'company:12345-1' } });
  });
});
