import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NotifyMeEvent, Outcome } from '../../contracts/generated/types.ts';
import { type Record, rawDocuments, rawRecords } from '../support/e2e/dump.ts';
import { publishMixed, registerPeople, secretsOf } from '../support/e2e/mixed-run.ts';
import { eventually, makeDue } from '../support/e2e/notices.ts';
import type { Person } from '../support/e2e/people.ts';
import { type Processes, prepareProcesses } from '../support/e2e/processes.ts';

const EACH_HALF = 150;
let processes: Processes;
let people: Person[];
let events: NotifyMeEvent[];
let stops: Awaited<ReturnType<Processes['stop']>>[];
let records: Record[];

/** Half of the events, a stop in the midst of them, a new start, the other half, and a second stop. */
beforeAll(async () => {
  processes = await prepareProcesses();
  await processes.start();
  people = await registerPeople(processes, 18);
  events = await publishMixed(processes, people, EACH_HALF);
  stops = [await processes.stop()];
  await processes.start();
  events.push(...(await publishMixed(processes, people, EACH_HALF, EACH_HALF)));
  await allOutcomes();
  stops.push(await processes.stop());
  records = await rawRecords(process.env.KAFKA_BROKERS!, processes.name);
}, 150_000);

afterAll(() => processes?.clear(), 30_000);

/** Later steps of a plan are not waited for. */
const allOutcomes = () =>
  eventually(
    'every outcome',
    async () => {
      const { notifications } = processes.ledger;
      await makeDue(processes.ledger, { status: 'deferred', reason: 'waiting_step' });
      const ended = await notifications.countDocuments({ outcomeAt: { $ne: null }, entity: { $ne: 'notifyme' } });
      const open = await notifications.countDocuments({ outcomeAt: null });
      return ended === events.length && open === 0 ? true : null;
    },
    60_000,
  );

describe('six processes on one broker', () => {
  it('end with code 0 within the deadline at each SIGTERM', () => {
    const all = stops.flat();
    expect(all).toHaveLength(12);
    expect(all.filter(({ code, seconds }) => code !== 0 || seconds > 25)).toEqual([]);
  });

  it('tell one outcome for every event that was acknowledged', () => {
    const told = records
      .filter(({ topic }) => topic.includes('.outcomes.') && !topic.endsWith('.notifyme'))
      .map(({ value }) => JSON.parse(value!.toString('utf8')) as Outcome)
      .filter(({ revision }) => revision === 0)
      .map(({ source, eventId }) => `${source} ${eventId}`);
    expect(told.toSorted()).toEqual(events.map(({ source, id }) => `${source} ${id}`).toSorted());
  });

  it('hand over to the providers what the ledger counts, no more and no less', async () => {
    const deliveries = await processes.ledger.deliveries.find().lean();
    const accepted = (channel: string) =>
      deliveries
        .filter((delivery) => delivery.channel === channel)
        .flatMap(({ attempts }) => attempts)
        .filter(({ result }) => result === 'accepted').length;
    const counted = { sms: accepted('sms'), email: accepted('email'), push: accepted('push') };
    expect(processes.providers.outbox.counts()).toEqual(counted);
    expect(deliveries.filter(({ attempts }) => attempts.length > 1)).toEqual([]);
    expect(Math.min(...Object.values(counted))).toBeGreaterThan(30);
  });
});

describe('what the run was about', () => {
  let secrets: RegExp[];
  const readableIn = (text: string): string[] => secrets.filter((one) => one.test(text)).map(({ source }) => source);
  beforeAll(() => {
    secrets = secretsOf(people, events, processes);
  });

  it('would be found by this search', () => {
    const texts = processes.providers.outbox.sms().map(({ text }) => text);
    expect(readableIn(JSON.stringify({ people, events, texts: texts.join(' ') }))).toHaveLength(secrets.length);
  });

  it('is readable in no document of the database', async () => {
    const documents = await rawDocuments(processes.ledger);
    expect(documents.length).toBeGreaterThan(events.length);
    const found = documents.flatMap(({ collection, bytes }) =>
      readableIn(bytes.toString('latin1')).map((secret) => `${collection}: ${secret}`),
    );
    expect(found).toEqual([]);
  });

  it('is readable in no record of Kafka', () => {
    expect(records.length).toBeGreaterThan(2 * events.length);
    const found = records.flatMap(({ topic, key, value, headers }) =>
      readableIn(`${key?.toString('latin1')} ${value?.toString('latin1')} ${headers}`).map(
        (secret) => `${topic}: ${secret}`,
      ),
    );
    expect(found).toEqual([]);
  });

  it('nor are our own secrets, in a log or among the arguments of a process', () => {
    const { own, commandLines } = processes;
    expect(own().length).toBeGreaterThanOrEqual(7);
    expect(commandLines).toHaveLength(12);
    expect(commandLines.every((line) => line.includes('main.ts'))).toBe(true);
    const shown = (text: string) => own().filter((secret) => text.includes(secret));
    expect(commandLines.flatMap(shown)).toEqual([]);
    expect(shown(processes.output())).toEqual([]);
  });

  it('is readable in no line of a log', () => {
    const output = processes.output();
    expect(output).toContain('"event":"stopped"');
    expect(readableIn(output)).toEqual([]);
  });
});
