import { table } from 'table';
import { eventually } from '../../deploy/local/demo/eventually.ts';
import { judge, type MailRate, quantile, readSent, type Sent, type Verdict } from './failover/judge.ts';
import { createLoad } from './failover/load.ts';
import { type Stage, setStage } from './failover/stage.ts';

/**
 * The first SMS provider swallows everything and answers nothing. Texts must go by the second, mail must not notice, and
 * the first must have its share again once it is back. Prints numbers; the last line is JSON; exit 1 when one is missed.
 */
const PER_SECOND = 8;
const SECONDS = { warm: 5, normal: 20, dark: 35, back: 30 };
/** The share is taken from the end of the last phase, when its breaker has closed. */
const SETTLED = 15;

const say = (line: string) => process.stderr.write(`failover: ${line}\n`);

async function scenario(): Promise<number> {
  const stage = await setStage();
  try {
    return await play(stage);
  } catch (error) {
    say((error as Error).stack ?? String(error));
    return 1;
  } finally {
    await stage.stop();
  }
}

async function play(stage: Stage): Promise<number> {
  const { providers, platform } = stage;
  const load = createLoad(stage, PER_SECOND);
  providers.outbox.clear();
  await load.run('warm', SECONDS.warm);
  say(`${SECONDS.normal} s with both SMS providers, ${PER_SECOND} events a second`);
  const normal = await during(() => load.run('normal', SECONDS.normal));
  say(`${SECONDS.dark} s with the first black-holed`);
  providers.chaos('sms', 'black-hole');
  const dark = await during(() => load.run('dark', SECONDS.dark));
  say(`the first is back, ${SECONDS.back} s more`);
  providers.chaos('sms', 'ok');
  await load.run('back', SECONDS.back - SETTLED);
  await load.run('settled', SETTLED);
  await load.acknowledged();
  say('waiting until every delivery has gone or is held');
  const events = load.published.length;
  await eventually('every delivery', async () => ((await openDeliveries(stage, events)) === 0 ? true : null), 40_000);

  const sent = await readSent(stage, load.published);
  const settled = sent.filter(({ phase, channel }) => phase === 'settled' && channel === 'sms');
  const rates = { normal: mailRate(sent, 'normal', normal), dark: mailRate(sent, 'dark', dark) };
  const judged = judge(sent, rates, shareOf('sns-sms', settled), doubledTexts(stage));
  const { verdicts, doubtful } = judged;
  const metrics = await (await fetch(`${platform.host.url}/metrics`)).text();
  print(sent, verdicts, metrics);
  const seconds = judged.dark
    .filter(({ inDoubt }) => !inDoubt)
    .map(({ seconds }) => seconds ?? Number.POSITIVE_INFINITY);
  const numbers = {
    scenario: 'failover',
    events,
    darkTexts: { count: judged.dark.length, p50: quantile(seconds, 0.5), p99: quantile(seconds, 0.99) },
    inDoubt: { count: doubtful.length, held: doubtful.filter(({ status }) => status === 'unknown').length },
    mailsPerSecond: rates,
    ...Object.fromEntries(verdicts.map(({ what, value }) => [what, value])),
    ok: verdicts.every(({ ok }) => ok),
  };
  process.stdout.write(`${JSON.stringify(numbers)}\n`);
  return numbers.ok ? 0 : 1;
}

type Span = { from: number; to: number };

async function during(work: () => Promise<void>): Promise<Span> {
  const from = Date.now();
  await work();
  return { from, to: Date.now() };
}

/** Mails handed over in a second of this time, and how many were published; the way to the relay takes up to a second. */
function mailRate(sent: Sent[], phase: string, { from, to }: Span): MailRate {
  const seconds = (to - from) / 1_000;
  const [begin, end] = [from + 1_000, to + 1_000];
  const mails = sent.filter(({ channel }) => channel === 'email');
  const handed = mails.filter(({ sentAt }) => sentAt && sentAt >= begin && sentAt < end);
  return {
    handedOver: handed.length / seconds,
    published: mails.filter((mail) => mail.phase === phase).length / seconds,
  };
}

/** Deliveries that may still go out by themselves, and events that have not become any yet. */
async function openDeliveries({ platform }: Stage, events: number): Promise<number> {
  const { notifications, deliveries } = platform.host.runtime.ledger;
  const soon = new Date(Date.now() + 60_000);
  const routed = await notifications.countDocuments({ eventId: /^failover-/, status: { $ne: 'accepted' } });
  const waiting = await deliveries.countDocuments({
    channel: { $in: ['sms', 'email'] },
    $or: [
      { status: { $in: ['queued', 'sending', 'deferred'] } },
      { status: 'unknown', onUnknown: 'resend', unknowns: { $lte: 1 }, dueAt: { $lte: soon } },
    ],
  } as object);
  return events - routed + waiting;
}

const shareOf = (name: string, sent: Sent[]): number => sent.filter(({ by }) => by === name).length / sent.length;

/** Every text has a reference or a code of its own. */
function doubledTexts({ providers }: Stage): number {
  const texts = providers.outbox.sms().map(({ to, text }) => `${to} ${text}`);
  return texts.length - new Set(texts).size;
}

function print(sent: Sent[], verdicts: Verdict[], metrics: string): void {
  const phases = [...Map.groupBy(sent, ({ phase, channel }) => `${phase} ${channel}`)].map(([name, items]) => {
    const by = Map.groupBy(items, (item) => item.by ?? item.status);
    const seconds = items.flatMap(({ seconds }) => seconds ?? []);
    return [
      name,
      String(items.length),
      [...by].map(([who, some]) => `${who} ${some.length}`).join(', '),
      ...[0.5, 0.99, 1].map((share) => quantile(seconds, share).toFixed(2)),
    ];
  });
  process.stdout.write(table([['phase', 'count', 'taken by', 'p50 s', 'p99 s', 'slowest s'], ...phases]));
  process.stdout.write(
    table([
      ['what', 'value', 'wanted', ''],
      ...verdicts.map(({ what, value, wanted, ok }) => [what, String(value), wanted, ok ? 'ok' : 'MISSED']),
    ]),
  );
  const gauges = metrics.split('\n').filter((line) => /^notifyme_(breaker_state|provider_share)\{/.test(line));
  process.stdout.write(`${gauges.join('\n')}\n`);
}

process.exit(await scenario());
