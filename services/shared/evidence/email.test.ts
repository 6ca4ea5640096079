import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { classifyDsn, classifyFeedback, classifySesBounce, classifySesComplaint, classifySesEvent } from './index.ts';

const row = (kind: string, reason: string | null, effect: string) => ({ kind, reason, effect });

describe('C19 which feedback touches a contact', () => {
  it('C19 a: an out-of-office reply (Transient/General) does nothing', () => {
    expect(classifySesBounce({ bounceType: 'Transient', bounceSubType: 'General' })).toEqual(
      row('auto_reply', null, 'none'),
    );
  });

  it('C19 b: a full mailbox counts one soft bounce', () => {
    const bounce = { bounceType: 'Transient', bounceSubType: 'MailboxFull', action: 'failed', status: '4.2.2' };
    expect(classifySesBounce(bounce)).toEqual(row('soft_bounce', 'mailbox_full', 'soft'));
  });

  it('C19 c: the recipient status 5.1.1 outweighs the label Transient', () => {
    const bounce = { bounceType: 'Transient', bounceSubType: 'General', action: 'failed', status: '5.1.1' };
    expect(classifySesBounce(bounce)).toEqual(row('hard_bounce', 'invalid_address', 'dead'));
  });

  it('C19 d: a delayed message is not a bounce, whatever its status', () => {
    expect(classifyDsn({ action: 'delayed', status: '4.4.1' })).toEqual(row('delayed', null, 'none'));
    expect(classifyDsn({ action: 'Delayed', status: '5.1.1' })).toEqual(row('delayed', null, 'none'));
  });

  it('C19 e: a complaint of abuse stops optional mail', () => {
    expect(classifyFeedback('abuse')).toEqual(row('complaint', 'complaint', 'suppress_optional'));
    expect(classifySesComplaint('abuse', null)).toEqual(row('complaint', 'complaint', 'suppress_optional'));
  });

  it('C19 f: not-spam does nothing', () => {
    expect(classifyFeedback('not-spam')).toEqual(row('not_spam', null, 'none'));
    expect(classifySesComplaint('not-spam', null)).toEqual(row('not_spam', null, 'none'));
  });

  it('C19 g: of two recipients in one bounce only the failed one is hit', () => {
    const label = { bounceType: 'Permanent', bounceSubType: 'General' };
    expect(classifySesBounce({ ...label, action: 'failed', status: '5.1.1' }).effect).toBe('dead');
    expect(classifySesBounce({ ...label, action: 'relayed', status: '2.0.0' }).effect).toBe('none');
  });
});

describe('a delivery status notification', () => {
  it.each([
    // RFC 3463 section 3: subject.detail, what it means for the contact.
    ['5.1.1', 'hard_bounce', 'invalid_address', 'dead'],
    ['5.1.2', 'hard_bounce', 'invalid_address', 'dead'],
    ['5.1.10', 'hard_bounce', 'invalid_address', 'dead'],
    ['5.1.8', 'refused', 'provider_misconfigured', 'none'],
    ['5.2.1', 'hard_bounce', 'provider_refused', 'suspect'],
    ['5.2.2', 'soft_bounce', 'mailbox_full', 'soft'],
    ['4.2.2', 'soft_bounce', 'mailbox_full', 'soft'],
    ['5.2.3', 'refused', 'too_large', 'none'],
    ['5.3.4', 'refused', 'too_large', 'none'],
    ['5.3.0', 'hard_bounce', 'provider_refused', 'suspect'],
    ['4.4.7', 'soft_bounce', 'provider_unavailable', 'soft'],
    ['4.1.1', 'soft_bounce', 'provider_unavailable', 'soft'],
    ['5.6.1', 'refused', 'rejected_content', 'none'],
    ['5.7.1', 'refused', 'provider_refused', 'none'],
    ['5.7.26', 'refused', 'provider_misconfigured', 'none'],
    ['4.7.1', 'refused', 'provider_refused', 'none'],
  ])('failed with %s is %s, %s, effect %s', (status, kind, reason, effect) => {
    expect(classifyDsn({ action: 'failed', status })).toEqual(row(kind, reason, effect));
  });

  it('takes the reply of the remote server when its own status is general', () => {
    const exim = { action: 'failed', status: '5.0.0', diagnostic: 'smtp; 550 5.1.1 <noor@example.com> rejected' };
    expect(classifyDsn(exim)).toEqual(row('hard_bounce', 'invalid_address', 'dead'));
  });

  it('does not let a reply of another class override the status', () => {
    const mixed = { action: 'failed', status: '4.0.0', diagnostic: 'smtp; 550 5.1.1 earlier attempt' };
    expect(classifyDsn(mixed)?.effect).toBe('soft');
  });

  it('reads an address or a version number in the reply as no status', () => {
    const diagnostic = 'smtp; 550 relay 10.5.1.1 refused (server 5.1.1.2)';
    expect(classifyDsn({ action: 'failed', status: '5.0.0', diagnostic })?.effect).toBe('suspect');
  });

  it.each([
    ['relayed', 'sent'],
    ['expanded', 'sent'],
    ['delivered', 'delivered'],
  ])('%s is %s', (action, kind) => expect(classifyDsn({ action })?.kind).toBe(kind));

  it('without an action goes by the class digit, and without either says nothing', () => {
    expect(classifyDsn({ status: '5.1.1' })?.kind).toBe('hard_bounce');
    expect(classifyDsn({ status: '4.4.1' })?.kind).toBe('delayed');
    expect(classifyDsn({ status: '2.1.5' })?.kind).toBe('delivered');
    expect(classifyDsn({ diagnostic: 'smtp; gone' })).toBeNull();
  });

  it('never throws and never kills a contact without a failure', () => {
    const text = fc.option(fc.oneof(fc.string(), fc.constantFrom('failed', 'delayed', '5.1.1', '4.2.2', '9.9.9')));
    fc.assert(
      fc.property(text, text, text, (action, status, diagnostic) => {
        const effect = classifyDsn({ action, status, diagnostic })?.effect ?? 'none';
        const failed = action?.trim().toLowerCase() === 'failed' || /[5]\./.test(`${status}${diagnostic}`);
        expect(failed || effect === 'none').toBe(true);
      }),
    );
  });
});

describe('Amazon SES', () => {
  it.each([
    ['Permanent', 'General', 'hard_bounce', 'provider_refused', 'suspect'],
    ['Permanent', 'NoEmail', 'hard_bounce', 'invalid_address', 'dead'],
    ['Permanent', 'Suppressed', 'hard_bounce', 'suppressed', 'dead'],
    ['Permanent', 'OnAccountSuppressionList', 'hard_bounce', 'suppressed', 'dead'],
    ['Transient', 'MessageTooLarge', 'refused', 'too_large', 'none'],
    ['Transient', 'ContentRejected', 'refused', 'rejected_content', 'none'],
    ['Transient', 'AttachmentRejected', 'refused', 'rejected_content', 'none'],
    ['Undetermined', 'Undetermined', 'soft_bounce', 'provider_refused', 'soft'],
  ])('%s/%s is %s, %s, effect %s', (bounceType, bounceSubType, kind, reason, effect) => {
    expect(classifySesBounce({ bounceType, bounceSubType })).toEqual(row(kind, reason, effect));
  });

  it('believes a 5.3.0 reply although the bounce is called Transient/General', () => {
    const bounce = { bounceType: 'Transient', bounceSubType: 'General', action: 'failed', status: '5.3.0' };
    expect(classifySesBounce({ ...bounce, diagnostic: 'smtp; 550 denied' }).kind).toBe('hard_bounce');
  });

  it('counts a Transient/General that ran out of time as a soft bounce', () => {
    const bounce = { bounceType: 'Transient', bounceSubType: 'General', action: 'failed', status: '4.4.7' };
    expect(classifySesBounce(bounce).effect).toBe('soft');
  });

  it.each([
    ['Send', 'accepted'],
    ['Delivery', 'delivered'],
    ['DeliveryDelay', 'delayed'],
    ['Open', 'read'],
    ['Reject', 'refused'],
  ])('the event %s is %s', (type, kind) => expect(classifySesEvent(type)?.kind).toBe(kind));

  it('has nothing to say of a click, a subscription or a type of tomorrow', () => {
    expect(['Click', 'Subscription', 'Teleported', 'constructor'].map((type) => classifySesEvent(type))).toEqual(
      Array(4).fill(null),
    );
  });
});
