/** What becomes of a mail, told by the local part of its address. */
export type MailFate = 'deliver' | 'bounce' | 'full' | 'reject' | 'greylist' | 'ooo' | 'complain';

export type Notify = 'NEVER' | 'SUCCESS' | 'FAILURE' | 'DELAY';

/** Something that a receiving system sends back to the return path, `afterMs` milliseconds after acceptance. */
export type Return =
  | { kind: 'dsn'; afterMs: number; action: 'delivered' | 'failed' | 'delayed'; status: string; diagnostic: string }
  | { kind: 'auto-reply'; afterMs: number }
  | { kind: 'complaint'; afterMs: number };

/**
 * Reads the magic word that a local part begins with: `bounce@`, `bounce.7@` and `bounce+x@` are magic,
 * `bouncer@` is not.
 */
export function fateOf(address: string): MailFate {
  const word = /^(bounce|full|reject|greylist|ooo|complain)(?![a-z])/i.exec(address);
  return word ? (word[1]!.toLowerCase() as MailFate) : 'deliver';
}

/**
 * What the return path is told about one recipient.
 * RFC 3461, section 4.1: without NOTIFY, failures (and here delays) are reported and successes are not;
 * a magic fate never reports what was not asked for.
 */
export function returnsFor(fate: MailFate, notify: Notify[], timing: { reportMs: number; fullMs: number }): Return[] {
  const asked = (event: Notify) => (notify.length === 0 ? event !== 'SUCCESS' : notify.includes(event));
  const { reportMs, fullMs } = timing;
  const dsn = (event: Notify, report: Omit<Return & { kind: 'dsn' }, 'kind'>): Return[] =>
    asked(event) ? [{ kind: 'dsn', ...report }] : [];
  const delivered = dsn('SUCCESS', {
    afterMs: reportMs,
    action: 'delivered',
    status: '2.1.5',
    diagnostic: '250 2.1.5 Delivered',
  });

  switch (fate) {
    case 'bounce': {
      const diagnostic = '550 5.1.1 User unknown in virtual mailbox table';
      return dsn('FAILURE', { afterMs: reportMs, action: 'failed', status: '5.1.1', diagnostic });
    }
    case 'full': {
      const later = { afterMs: reportMs, action: 'delayed', status: '4.2.2', diagnostic: '452 4.2.2 Mailbox full' };
      const given = { afterMs: reportMs + fullMs, action: 'failed', status: '5.2.2' };
      return [
        ...dsn('DELAY', { ...later, action: 'delayed' }),
        ...dsn('FAILURE', { ...given, action: 'failed', diagnostic: '552 5.2.2 Mailbox full' }),
      ];
    }
    case 'ooo':
      return [...delivered, { kind: 'auto-reply', afterMs: reportMs }];
    case 'complain':
      return [...delivered, { kind: 'complaint', afterMs: reportMs }];
    case 'reject':
      return [];
    case 'greylist':
    case 'deliver':
      return delivered;
    default:
      return fate satisfies never;
  }
}
