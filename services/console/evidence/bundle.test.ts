import { createHash, createHmac, createPublicKey, verify as cryptoVerify } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { GENESIS, hashOf } from '../../shared/audit/act.ts';
import { createSealer } from '../../shared/crypto/field.ts';
import { freshKeyRing, parseKeyRing } from '../../shared/crypto/keyring.ts';
import { at, idOf, NOON, sampleContact, sampleDelivery, sampleNotification } from '../../shared/ledger/samples.ts';
import type { StoredReceipt } from '../../shared/ledger/types.ts';
import { type Bundle, makeBundle } from './bundle.ts';
import { openingOf } from './commitment.ts';
import { freshSigningKey, publicKeys, type SigningKeys } from './keys.ts';
import { digestOf, makeStatement } from './statement.ts';
import { verifyBundle } from './verify.ts';

const ring = parseKeyRing(freshKeyRing());
const sealer = createSealer(ring);
const NUMBER = '+97336001234';
const SUBJECT = 'cpr:900100001';
const DATA = '{"reference":"AB-2027/15","name":"Noor"}';
const RAW = '{"source":"sns","status":"SUCCESS"}';

const contact = sampleContact({ id: idOf('c', '1'), address: sealer.seal(NUMBER, 'address') });
const delivery = sampleDelivery({ status: 'delivered', contactId: contact.id });
const receipt: StoredReceipt = {
  ...{ _id: idOf('r', '1'), provider: 'sns', channel: 'sms', deliveryId: delivery._id, providerRef: null },
  ...{ kind: 'delivered', reason: null, smtpStatus: null, part: null, parts: null, matched: true, dueAt: null },
  ...{ evidence: sealer.seal(RAW, 'evidence'), occurredAt: at(5), receivedAt: at(6) },
};
const statement = makeStatement(
  {
    story: {
      notification: sampleNotification({ status: 'reached', outcomeAt: at(6), data: sealer.seal(DATA, 'data') }),
      ...{ deliveries: [delivery], receipts: [receipt] },
    },
    names: { entity: { en: 'Sijilat <Register>', ar: 'سجلات' } },
    ...{ contacts: new Map([[contact.id, contact]]), subscriber: { subject: sealer.seal(SUBJECT, 'subject') } },
  },
  { ring, sealer, issuer: 'https://notifyme.bh.example', now: NOON },
);
const record = (digest: string) => {
  const content = {
    ...{ _id: 7, at: NOON.toISOString(), actor: { id: 'op-1', role: 'operator' }, act: 'evidence_export' },
    ...{ targets: [idOf('n', '1')], reason: 'asked by the court', details: { statement: digest }, sealed: null },
    ...{ nonce: 'n-1', prev: GENESIS },
  };
  return { ...content, hash: hashOf(content as never) };
};

describe('an evidence bundle', () => {
  let keys: SigningKeys;
  let bundle: Bundle;
  const judge = async (file: string, given = keys) => {
    const verdict = await verifyBundle(file, publicKeys(given));
    return verdict.ok ? 'well' : verdict.fault;
  };
  beforeAll(async () => {
    keys = { keys: [await freshSigningKey()] };
    bundle = await makeBundle(statement, { record: record(digestOf(statement)), acts: [] } as never, keys);
  });

  it('is verified by the public key alone, as JSON and as a page; the old key still counts after a new one signs', async () => {
    expect([await judge(bundle.json), await judge(bundle.html)]).toEqual(['well', 'well']);
    expect(JSON.stringify(publicKeys(keys))).not.toContain('"d"');
    expect(await judge(bundle.json, { keys: [await freshSigningKey(), ...keys.keys] })).toBe('well');
    expect(await judge(bundle.html, { keys: [await freshSigningKey()] })).toBe('key');
  });

  it('is an ES256 JWS (RFC 7515, RFC 7518) that another implementation verifies', () => {
    const jws = JSON.parse(bundle.json);
    const [jwk] = publicKeys(keys).keys;
    const key = createPublicKey({ key: jwk as never, format: 'jwk' });
    const signed = Buffer.from(`${jws.protected}.${jws.payload}`);
    const signature = Buffer.from(jws.signature, 'base64url');
    expect(cryptoVerify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true);
    expect(JSON.parse(Buffer.from(jws.protected, 'base64url').toString())).toMatchObject({
      alg: 'ES256',
      kid: jwk!.kid,
    });
    expect(JSON.parse(Buffer.from(jws.payload, 'base64url').toString())).toEqual(bundle.payload);
  });

  it.each(['json', 'html'] as const)('shows a changed byte anywhere in the %s', async (form) => {
    const bytes = Buffer.from(bundle[form]);
    for (let place = 0; place < bytes.length; place += 41) {
      const changed = Buffer.from(bytes);
      changed[place] = changed[place]! ^ 1;
      if ((await judge(changed.toString('utf8'))) === 'well')
        throw new Error(`byte ${place} of ${form} does not count`);
    }
    const last = bytes.toString('utf8').replace(/"signature":"([^"]+)(.)"/, (_, most: string, letter: string) => {
      return `"signature":"${most}${String.fromCharCode(letter.charCodeAt(0) + 1)}"`;
    });
    expect(await judge(last)).not.toBe('well');
    expect(await judge(`${bytes} `)).not.toBe('well');
  });

  it('does not take the signature of another type of message, nor a record of another statement', async () => {
    const other = await makeBundle(statement, { record: record('0'.repeat(64)), acts: [] } as never, keys);
    expect(await judge(other.json)).toBe('record');
    const good = record(digestOf(statement));
    const edited = await makeBundle(statement, { record: { ...good, reason: 'another' }, acts: [] } as never, keys);
    expect(await judge(edited.html)).toBe('record');
    expect(await judge('{}')).toBe('form');
    expect(await judge('<html></html>')).toBe('form');
  });

  it('holds no number, no address, no content and no id of a person or contact', () => {
    const all = [bundle.html, JSON.stringify(bundle.payload)].join();
    const hidden = [NUMBER, '36001234', '900100001', 'AB-2027/15', 'Noor', 'SUCCESS', idOf('s', '1'), contact.id];
    for (const one of hidden) expect(all).not.toContain(one);
    expect(all).toContain('*1234');
  });

  it('binds data and raw evidence by SHA-256, and number and address by a commitment that opens', () => {
    const sha = (text: string) => createHash('sha256').update(text).digest('hex');
    expect(statement.digests).toEqual({ eventData: sha(DATA), evidence: { [receipt._id]: sha(RAW) } });
    const opened = (what: string, value: string) =>
      createHmac('sha256', Buffer.from(openingOf({ noticeId: idOf('n', '1'), what }, ring), 'base64url'))
        .update(value)
        .digest('base64url');
    expect(statement.commitments).toEqual({
      subject: opened('subject', SUBJECT),
      [delivery._id]: opened(delivery._id, NUMBER),
    });
    expect(openingOf({ noticeId: idOf('n', '2'), what: 'subject' }, ring)).not.toBe(
      openingOf({ noticeId: idOf('n', '1'), what: 'subject' }, ring),
    );
  });

  it('can be read in both languages, with everything escaped', () => {
    expect(bundle.html).toContain('<section lang="en" dir="ltr">');
    expect(bundle.html).toContain('<section lang="ar" dir="rtl">');
    expect(bundle.html).toContain('Sijilat &lt;Register&gt;');
    expect(bundle.html).toContain('تم الوصول إلى المستلم');
  });
});
