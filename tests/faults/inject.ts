import { setTimeout as pause } from 'node:timers/promises';
import { type Injected, openLedger } from './ledgers.ts';
import type { Step } from './plan.ts';
import type { Stage } from './stage.ts';

const DOWN_MS = 4_000;
/** Past the 9 s after which the others count a broker as gone. */
const ONE_DOWN_MS = 12_000;
const FULL_MS = 8_000;
const CLOCK_OFF_MS = 12_000;
/** A dead consumer is to be replaced within a minute; while the ledger is away nobody leaves. */
const NOTICED_MS = 90_000;
/** Past the session time-out of 6 s, so that the group has given its work to another. */
const PAUSE_MS = 10_000;
/** Of one worker: three chunks on the one lane that these events take. */
const MOST_IN_FLIGHT = 300;

/** Does what the plan says at its time, and writes down what was in flight. Resolves when the last fault is over. */
export async function inject(plan: Step[], stage: Stage, file: string): Promise<void> {
  const ledger = openLedger<Injected>(file);
  const begun = Date.now();
  const running: Promise<void>[] = [];
  for (const step of plan) {
    await pause(Math.max(0, begun + step.at * 1000 - Date.now()));
    running.push(act(step, stage, ledger.add).catch((error: Error) => ledger.add(note(step, error.message))));
  }
  await Promise.all(running);
  ledger.close();
}

const note = (step: Step, words: string): Injected => ({
  ...{ fault: step.fault, target: 'target' in step ? step.target : '', inFlight: 0, note: words },
});

async function act(step: Step, stage: Stage, add: (line: Injected) => void): Promise<void> {
  const { fleet, servers, posts } = stage;
  const begin = (target: string, inFlight: number) => add({ fault: step.fault, target, inFlight });
  switch (step.fault) {
    case 'kill':
      fleet.kill(step.target);
      return begin(step.target, await inFlight(stage, channelOf(step.target)));
    case 'pause':
      fleet.signal(step.target, 'SIGSTOP');
      begin(step.target, await inFlight(stage, channelOf(step.target)));
      await pause(PAUSE_MS);
      return fleet.signal(step.target, 'SIGCONT');
    case 'restart':
      begin(step.target, 0);
      return fleet.restart(step.target);
    case 'crash': {
      fleet.signal(step.target, step.how === 'failing' ? 'SIGUSR2' : 'SIGPWR');
      const leftAfter = await fleet.untilGone(step.target, NOTICED_MS);
      const count = await inFlight(stage, channelOf(step.target));
      return add({ fault: step.fault, target: `${step.target} ${step.how}`, inFlight: count, leftAfter });
    }
    case 'clock':
      begin(`${step.target} ${step.offMs}`, 0);
      await fleet.restart(step.target, { FAULT_CLOCK_MS: String(step.offMs) });
      await pause(CLOCK_OFF_MS);
      return fleet.restart(step.target, { FAULT_CLOCK_MS: '0' });
    case 'one-of-three':
      begin(`broker ${step.number + 1}`, 0);
      return servers.bounceOne(step.number, ONE_DOWN_MS);
    case 'disk':
      begin('', await inFlight(stage, 'all'));
      return servers.fillDisk(FULL_MS);
    case 'broker':
      begin('', 0);
      return servers.bounceBroker(DOWN_MS);
    case 'database':
      begin('', await inFlight(stage, 'all'));
      return servers.bounceDatabase(DOWN_MS);
    case 'provider':
      begin(`${step.target} ${step.behaviour.mode}`, 0);
      return stage.behave(step.target, step.behaviour);
    case 'rebalance': {
      begin('one more of each', 0);
      const guests = posts
        .filter(({ name }) => name === 'router-1' || name === 'email-1')
        .map((post) => ({ ...post, name: `guest-${post.name}-${Date.now()}`, env: { ...post.env, PORT: '0' } }));
      for (const guest of guests) fleet.start(guest);
      await pause(7_000);
      return void (await Promise.all(guests.map(({ name }) => fleet.retire(name))));
    }
  }
}

const channelOf = (target: string): string | null => /^(email|sms)/.exec(target)?.[1] ?? null;

/** Claimed and not stored: what a worker of this channel may have sent without anybody knowing. */
async function inFlight({ runtime }: Stage, channel: string | null): Promise<number> {
  if (channel === null) return 0;
  const filter = { status: 'sending', ...(channel !== 'all' && { channel }) };
  const counted = runtime.ledger.deliveries.countDocuments(filter as object).maxTimeMS(3_000);
  const away = pause(4_000, MOST_IN_FLIGHT, { ref: false });
  return Promise.race([Promise.resolve(counted).catch(() => MOST_IN_FLIGHT), away]);
}
