import { describe, expect, it } from '@jest/globals';
import { type MailError, readMailError } from './errors.ts';
import { fits, parseReply, readReply, SMTP_REPLIES, type Stage } from './replies.ts';

const dead = { kind: 'refused', reason: 'invalid_address', contact: 'dead' };
const keep = (reason: string) => ({ kind: 'refused', reason, contact: 'keep' });
const retry = (reason: string) => ({ kind: 'retry', reason });
const throttled = { kind: 'throttled' };

const table: [stage: Stage, response: string, meaning: object][] = [
  ['session', '535 5.7.8 Authentication credentials invalid', retry('provider_misconfigured')],
  ['sender', '530 5.7.0 Must issue a STARTTLS command first', retry('provider_misconfigured')],
  ['sender', '530 Authentication required', retry('provider_misconfigured')],
  ['recipient', '550 5.7.26 Unauthenticated mail is not accepted', retry('provider_misconfigured')],
  ['message', '550 5.7.20 No passing DKIM signature found', retry('provider_misconfigured')],
  ['recipient', '550 5.1.8 Sender domain not found', retry('provider_misconfigured')],
  ['recipient', '550 5.1.7 Sender address has bad syntax', retry('provider_misconfigured')],
  ['recipient', '450 4.1.8 Sender domain not found for now', retry('provider_misconfigured')],
  ['recipient', '554 5.3.5 Local configuration error', retry('provider_misconfigured')],
  ['recipient', '450 4.7.28 Unusual rate of mail', throttled],
  ['recipient', '550 5.7.28 Mail flood detected', throttled],
  ['session', '421 4.7.0 Try again later, closing connection', throttled],
  ['recipient', '452 Too many recipients received this hour', throttled],
  ['recipient', '452 4.2.2 Over quota', retry('mailbox_full')],
  ['recipient', '552 5.2.2 Mailbox full', retry('mailbox_full')],
  ['message', '552 5.3.4 Message too big for system', keep('too_large')],
  ['message', '552 5.2.3 Message length exceeds limit', keep('too_large')],
  ['message', '452 4.2.3 Message length exceeds limit for now', keep('too_large')],
  ['message', '452 4.3.4 Message too big for now', keep('too_large')],
  ['sender', '552 Exceeded storage allocation', retry('mailbox_full')],
  ['sender', '552 5.3.4 Message size exceeds fixed limit', keep('too_large')],
  ['session', '554 No SMTP service here', retry('provider_misconfigured')],
  ['sender', '550 5.7.1 Sender not allowed', retry('provider_misconfigured')],
  ['recipient', '550 5.1.1 User unknown', dead],
  ['recipient', '550 5.1.2 Bad destination system', dead],
  ['recipient', '501 5.1.3 Bad address syntax', dead],
  ['recipient', '550 5.1.6 Mailbox has moved', dead],
  ['recipient', '556 5.1.10 Recipient has a null MX', dead],
  ['recipient', '550 5.2.1 Mailbox disabled', dead],
  ['recipient', '550 5.7.17 Mailbox owner has changed', dead],
  ['recipient', '550 5.7.18 Domain owner has changed', dead],
  ['recipient', '550 5.4.4 Unable to route', keep('invalid_address')],
  ['recipient', '550 5.4.1 Recipient address rejected: access denied', keep('invalid_address')],
  ['recipient', '550 5.6.7 Address not supported', keep('invalid_address')],
  ['message', '554 5.6.0 Bad message', keep('rejected_content')],
  ['message', '552 5.7.0 Blocked because its content presents a security issue', keep('rejected_content')],
  ['message', '554 5.7.1 Looks like spam', keep('rejected_content')],
  ['recipient', '550 5.7.1 Delivery not authorized', keep('provider_refused')],
  ['recipient', '550 5.1.0 Address rejected', keep('provider_refused')],
  ['message', '552 Exceeded storage allocation', retry('mailbox_full')],
  ['message', '503 Bad sequence of commands', retry('provider_unavailable')],
  ['recipient', '555 Parameters not recognized', retry('provider_misconfigured')],
  ['recipient', '550 No such user here', dead],
  ['recipient', '550 Mailbox not found', dead],
  ['recipient', '551 User not local', keep('invalid_address')],
  ['recipient', '550 Rejected', keep('provider_refused')],
  ['recipient', '553 Domain not in the list of allowed hosts', keep('provider_refused')],
  ['message', '554 Message refused, virus found', keep('rejected_content')],
  ['message', '554 Transaction failed', keep('provider_refused')],
  ['recipient', '451 4.3.0 Mail system trouble', retry('provider_unavailable')],
  ['recipient', '451 4.4.1 No answer from host', retry('provider_unavailable')],
  ['recipient', '451 4.7.1 Greylisted', retry('retry')],
  ['recipient', '450 4.2.1 Mailbox disabled for now', retry('retry')],
  ['recipient', '450 Mailbox busy', retry('retry')],
  ['session', '421 Closing', retry('provider_unavailable')],
  ['message', '451 Local error', retry('provider_unavailable')],
  ['message', '452 Out of storage', retry('provider_unavailable')],
  ['session', '454 4.7.0 Temporary authentication failure', retry('provider_unavailable')],
];

const commands: Record<Stage, string> = {
  session: 'CONN',
  sender: 'MAIL FROM',
  recipient: 'RCPT TO',
  message: 'DATA',
};

describe('replies of a relay', () => {
  it.each(table)('to the %s: %s', (stage, response, meaning) => {
    const error: MailError = { code: 'EENVELOPE', command: commands[stage], response };
    const [, basic, enhanced] = /^(\d{3})(?: (\d\.\d+\.\d+))?/.exec(response) ?? [];
    expect(readMailError(error, 'nothing')).toEqual({ ...meaning, code: enhanced ?? basic });
  });

  it('has a line here that meets every row of the table', () => {
    const met = table.map(([stage, response]) => {
      const reply = parseReply(stage, response)!;
      return SMTP_REPLIES.findIndex((row) => fits(row, reply));
    });
    expect([...new Set(met)].sort((a, b) => a - b)).toEqual(SMTP_REPLIES.map((_row, no) => no));
  });

  it.each<[stage: Stage, response: string, meaning: object]>([
    ['recipient', '550 5.1.11 Sample', keep('provider_refused')],
    ['recipient', '550 5.2.10 Sample', keep('provider_refused')],
    ['recipient', '550 5.2.20 Sample', keep('provider_refused')],
    ['message', '550 5.3.40 Sample', keep('provider_refused')],
    ['recipient', '550 5.3.50 Sample', keep('provider_refused')],
    ['recipient', '550 5.1.70 Sample', keep('provider_refused')],
    ['recipient', '450 4.1.80 Sample', retry('retry')],
    ['recipient', '550 5.4.14 Hop count exceeded, routing loop', keep('provider_refused')],
    ['recipient', '550 5.6.70 Sample', keep('rejected_content')],
    ['recipient', '550 5.7.30 REQUIRETLS support required', keep('provider_refused')],
    ['recipient', '550 5.7.180 Sample', keep('provider_refused')],
    ['recipient', '450 4.7.280 Sample', retry('retry')],
    ['session', '421 4.7.00 Sample', retry('provider_unavailable')],
  ])('a code that only begins like a known one is not that one, to the %s: %s', (stage, response, meaning) => {
    expect(readReply(parseReply(stage, response)!)).toMatchObject(meaning);
  });

  it.each([
    '550 Unknown user',
    '550 No such mailbox',
    '553 unknown recipient',
    '550 Recipient unknown',
    '550 Recipient is unknown',
    '551 Address not found',
    '550 Account does not exist',
    "550 The user doesn't exist",
    '556 mailbox doesnot exist',
  ])(
    'without a code of its own gives the contact up only by plain words, and only at the recipient: %s',
    (response) => {
      expect(readReply(parseReply('recipient', response)!)).toMatchObject(dead);
      expect(readReply(parseReply('message', response)!)).not.toMatchObject({ contact: 'dead' });
    },
  );

  it.each(['spam', 'virus', 'malware', 'phishing', 'content', 'blocked URL', 'blocked uri'])(
    'knows %s for the content',
    (word) =>
      expect(readReply(parseReply('message', `554 5.7.1 It looks like ${word}`)!)).toMatchObject(
        keep('rejected_content'),
      ),
  );

  it('tells trouble of the relay from a recipient who is asked to wait, also for 450', () => {
    expect(readReply(parseReply('recipient', '450 4.3.2 Not accepting mail')!)).toMatchObject(
      retry('provider_unavailable'),
    );
    expect(readReply(parseReply('recipient', '450 4.4.2 Connection dropped')!)).toMatchObject(
      retry('provider_unavailable'),
    );
    expect(readReply(parseReply('session', '450 Busy')!)).toMatchObject(retry('provider_unavailable'));
    expect(readReply(parseReply('recipient', '451 4.1.7 Sample')!)).toMatchObject(retry('retry'));
  });

  it('refuses nothing when it accepts, or asks for more', () => {
    for (const response of ['250 2.1.5 OK', '354 Go on', '220 relay.example'])
      expect(readReply(parseReply('message', response)!)).toBeNull();
  });

  it('has a code, an enhanced code of up to three digits a place, and a text', () => {
    const parsed = { stage: 'message', basic: 550, enhanced: '5.123.456', text: 'some words\nand more' };
    expect(parseReply('message', '550 5.123.456 some words\nand more')).toEqual(parsed);
    expect(parseReply('message', '550 some words')).toEqual({ ...parsed, enhanced: null, text: 'some words' });
    expect(parseReply('message', '550 5.1234.5 x')).toMatchObject({ enhanced: null, text: '5.1234.5 x' });
    expect(parseReply('message', '550 3.1.1 x')).toMatchObject({ enhanced: null });
    expect(parseReply('message', 'Error: 550 5.1.1 x')).toBeNull();
    expect(parseReply('message', '5500 x')).toBeNull();
    expect(parseReply('message', '150 x')).toBeNull();
  });

  it('reads the first line of a reply of several', () => {
    const reply = parseReply('recipient', '550-5.1.1 The account does not exist.\n550 5.1.1 More at example.com');
    expect(readReply(reply!)).toEqual({ ...dead, code: '5.1.1' });
  });

  it.each(['', 'Welcome!', '55', '999 no'])('takes %j for no reply', (response) => {
    expect(parseReply('message', response)).toBeNull();
  });
});

describe('a connection that failed', () => {
  it.each(['ECONNECTION', 'ETIMEDOUT', 'ESOCKET', 'EABORT'])('%s: only after the final dot is it unknown', (code) => {
    expect(readMailError({ code }, 'nothing')).toEqual({ ...retry('provider_unavailable'), code });
    expect(readMailError({ code }, 'part')).toEqual({ ...retry('provider_unavailable'), code });
    expect(readMailError({ code }, 'all')).toEqual({ kind: 'unknown', code });
  });

  it('believes a reply that came after the final dot', () => {
    const response = '451 4.3.0 try later';
    expect(readMailError({ code: 'EMESSAGE', command: 'DATA', response }, 'all')).toMatchObject({ kind: 'retry' });
  });

  it.each(['EDNS', 'ETLS', 'EPROTOCOL'])('%s before the message is the relay out of reach', (code) => {
    expect(readMailError({ code }, 'nothing')).toEqual({ ...retry('provider_unavailable'), code });
  });

  it.each(['EAUTH', 'ENOAUTH', 'ECONFIG'])('%s is ours to mend', (code) => {
    expect(readMailError({ code }, 'nothing')).toEqual({ ...retry('provider_misconfigured'), code });
  });

  it('refuses what the relay said beforehand it would not take', () => {
    const error = { code: 'EMESSAGE', command: 'MAIL FROM' };
    expect(readMailError(error, 'nothing')).toEqual({ ...keep('too_large'), code: 'EMESSAGE' });
  });
});
