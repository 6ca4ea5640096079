import type { Channel } from '../../../contracts/status.ts';
import type { MailItem, PushItem, SmsItem, TestItem } from './types.ts';

const KEEP_ITEMS = 5_000;
const KEEP_MAIL_BYTES = 64 * 1024 * 1024;

export type Outbox = ReturnType<typeof createOutbox>;

/**
 * What people would have received, newest last: at most 5,000 items a channel, and 64 MiB of raw mail.
 * With `keep: false` nothing is stored and only the counts grow.
 */
export function createOutbox({ keep }: { keep: boolean }) {
  const sms = createShelf<SmsItem>(() => 0);
  const mail = createShelf<MailItem>((item) => item.raw.length);
  const push = createShelf<PushItem>(() => 0);
  const tests = createShelf<TestItem>(() => 0);
  const counts: Record<Channel, number> = { sms: 0, email: 0, push: 0 };

  return {
    keep,
    addSms(item: SmsItem) {
      counts.sms++;
      if (keep) sms.add(item);
    },
    addMail(item: MailItem) {
      counts.email++;
      if (keep) mail.add(item);
    },
    addPush(item: PushItem) {
      counts.push++;
      if (keep) push.add(item);
    },
    /** What a test key would have sent: in no count, since no provider got it. */
    addTest: (item: TestItem) => tests.add(item),
    tests: () => tests.all(),
    /** A mail of a load run, which is never parsed. */
    countMail() {
      counts.email++;
    },
    sms: () => sms.all(),
    mail: () => mail.all(),
    push: () => push.all(),
    counts: () => ({ ...counts }),
    clear() {
      for (const shelf of [sms, mail, push, tests]) shelf.clear();
      Object.assign(counts, { sms: 0, email: 0, push: 0 });
    },
  };
}

function createShelf<Item>(bytesOf: (item: Item) => number) {
  let items: Item[] = [];
  let bytes = 0;
  return {
    add(item: Item) {
      items.push(item);
      bytes += bytesOf(item);
      while (items.length > KEEP_ITEMS || (bytes > KEEP_MAIL_BYTES && items.length > 1)) {
        bytes -= bytesOf(items.shift()!);
      }
    },
    all: () => [...items],
    clear() {
      items = [];
      bytes = 0;
    },
  };
}
