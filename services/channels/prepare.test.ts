import { describe, expect, it } from '@jest/globals';
import { createSealer } from '../shared/crypto/field.ts';
import { freshKeyRing, parseKeyRing } from '../shared/crypto/keyring.ts';
import { sampleCatalogue } from '../shared/event/sample-catalogue.ts';
import {
  at,
  idOf,
  NOON,
  sampleContact,
  sampleDelivery,
  sampleNotification,
  sampleSubscriber,
} from '../shared/ledger/samples.ts';
import type { Delivery, Notification } from '../shared/ledger/types.ts';
import type { Mandate } from '../shared/mandates.ts';
import { TemplateError } from '../shared/render/index.ts';
import type { Loaded } from '../shared/sending/load.ts';
import type { ChannelDeps } from './deps.ts';
import { prepareMessage } from './prepare.ts';

const sealer = createSealer(parseKeyRing(freshKeyRing()));
const contact = sampleContact({ address: sealer.seal('+97336001234', 'address') });
const sms = { channel: 'sms' as const, text: 'Renewed AB-2027/15', segments: 1 };
const data = sealer.seal(JSON.stringify({ reference: 'AB-2027/15' }), 'data');

type Over = {
  render?: (request: unknown) => unknown;
  notification?: Partial<Notification>;
  delivery?: Partial<Delivery>;
  under?: Loaded['under'];
};

function prepare({ render = () => sms, notification, delivery, under = null }: Over = {}) {
  const deps = {
    catalogue: sampleCatalogue(),
    sealer,
    renderer: { render },
    unsubscribeUrl: (...parts: string[]) => `https://notifyme.test/u/${parts.join('.')}`,
  } as unknown as ChannelDeps;
  const loaded = {
    delivery: sampleDelivery(delivery),
    notification: sampleNotification({ data, ...notification }),
    subscriber: sampleSubscriber({ contacts: [contact] }),
    superseded: false,
    under,
  };
  return prepareMessage(loaded, { kind: 'send', contact, language: 'ar' }, [], deps, NOON);
}

describe('a prepared message', () => {
  it('holds the opened address, the rendered message and the time it has left', () => {
    const prepared = prepare({ notification: { expiresAt: at(61.5) } });
    expect(prepared).toMatchObject({
      ...{ kind: 'send', language: 'ar', segments: 1 },
      request: { address: '+97336001234', addressKind: 'mobile', message: sms, ttlSeconds: 61, smsSender: 'Sample' },
    });
  });

  it('is rendered from the opened data in the chosen language', () => {
    const seen: unknown[] = [];
    prepare({ render: (request) => seen.push(request) && sms });
    expect(seen).toMatchObject([{ language: 'ar', channel: 'sms', data: { reference: 'AB-2027/15' } }]);
  });

  it('offers one click to unsubscribe in optional mail only (RFC 8058)', () => {
    const urlOf = (channel: 'sms' | 'email', mandatory: boolean) => {
      const prepared = prepare({ delivery: { channel }, notification: { mandatory } });
      return prepared.kind === 'send' ? prepared.request.unsubscribeUrl : 'none';
    };
    expect(urlOf('email', false)).toMatch(/^https:\/\/notifyme\.test\/u\/s_1+\.sijilat\.licences$/);
    expect([urlOf('email', true), urlOf('sms', false)]).toEqual([null, null]);
  });

  it('says for whom a delegate receives it, keeps what is sensitive out, and unsubscribes the delegate', () => {
    const seen: unknown[] = [];
    const mandate = { principal: sealer.seal('cpr:900100001', 'subject') } as Mandate;
    const prepared = prepare({
      render: (request) => seen.push(request) && sms,
      notification: { sensitivity: 'sensitive' },
      delivery: { channel: 'email', mandateId: 'm_1', delegateId: idOf('s', '7') },
      under: { mandate, delegate: sampleSubscriber({ contacts: [contact] }) },
    });
    expect(seen).toMatchObject([{ sensitivity: 'sensitive', onBehalf: '*0001' }]);
    expect(prepared.kind === 'send' && prepared.request.unsubscribeUrl).toContain(`/u/${idOf('s', '7')}.`);
  });

  it('carries the reason to simulate on the first attempt only', () => {
    const simulateOf = (delivery: Partial<Delivery>) => {
      const prepared = prepare({ delivery, notification: { simulate: 'mailbox_full' } });
      return prepared.kind === 'send' ? prepared.request.simulate : 'none';
    };
    const attempts = [{ no: 1 }] as Delivery['attempts'];
    expect([simulateOf({}), simulateOf({ attempts })]).toEqual(['mailbox_full', null]);
  });
});

describe('a message that cannot be written', () => {
  const failure = (over: Over) => {
    const prepared = prepare(over);
    return prepared.kind === 'done' ? [prepared.result.change.status, prepared.result.attempt?.code] : prepared.kind;
  };

  it('C11 stops that notice with the name of the missing value', () => {
    const render = () => {
      throw new TemplateError('missing_variable', 'dueDate is missing', 'dueDate');
    };
    expect(failure({ render })).toEqual(['failed', 'missing_variable:dueDate']);
    const prepared = prepare({ render });
    expect(prepared).toMatchObject({
      result: { change: { reason: 'template_error' }, attempt: { provider: 'render' } },
    });
  });

  it('stops alone when its data does not open: the rest of the batch is not to wait for it', () => {
    const foreign = createSealer(parseKeyRing({ ...freshKeyRing() })).seal('{}', 'data');
    expect(failure({ notification: { data: foreign } })).toEqual(['failed', 'cannot_open']);
    expect(failure({ notification: { data: `k9${data.slice(2)}` } })).toEqual(['failed', 'key_unknown']);
  });

  it('stops alone when its type left the catalogue, or by a mistake of ours, whose words are not kept', () => {
    expect(failure({ notification: { type: 'bh.gov.gone.v1' } })).toEqual(['failed', 'unknown_type:bh.gov.gone.v1']);
    const render = () => {
      throw new TypeError('cannot read AB-2027/15');
    };
    expect(failure({ render })).toEqual(['failed', 'TypeError']);
  });
});
