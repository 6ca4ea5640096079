import type { ReadinessCheck } from './http/health.ts';
import type { Consumer } from './kafka/consumer.ts';

/** A stuck consumer is noticed, its process left, and another started, within a minute. */
const STUCK_AFTER_MS = 45_000;
const LOOK_MS = 5_000;

export type ConsumerCheck = ReadinessCheck & { stuck(): string | null };

/**
 * Reports a consumer that is stuck while the ledger answers: then only a new process helps. While the ledger is away
 * everything waits, and starting again would help nobody. Returns what ends the watch.
 */
export function watchConsumers(
  checks: ReadinessCheck[],
  ledger: ReadinessCheck,
  onStuck: (error: Error) => void,
  lookMs = LOOK_MS,
): () => void {
  const consumers = checks.filter((check): check is ConsumerCheck => 'stuck' in check);
  const look = async () => {
    const { name, stuck } = consumers.find((consumer) => consumer.stuck() !== null) ?? {};
    if (!stuck || (await ledger.check().catch(() => 'away')) !== null) return;
    onStuck(Object.assign(new Error(`${name}: ${stuck()}`), { name: 'StuckConsumer' }));
  };
  const timer = setInterval(() => void look(), lookMs);
  return () => clearInterval(timer);
}

/**
 * Ready means progress: joined to its group, and not stuck in one batch (the process being alive proves nothing). `steady`
 * is the consumer's clock, in milliseconds: the machine's may jump, and a healthy worker must not leave for that.
 */
export function consumerCheck(
  name: string,
  consumer: Consumer,
  stuckAfterMs = STUCK_AFTER_MS,
  steady: () => number = () => performance.now(),
): ConsumerCheck {
  const stuck = () => {
    const { handlingSince, lastProgressAt } = consumer.progress();
    if (handlingSince !== null && steady() - handlingSince > stuckAfterMs) return 'stuck in a batch';
    return steady() - lastProgressAt > stuckAfterMs ? 'no progress' : null;
  };
  const check = async () => (consumer.progress().joined ? stuck() : 'not joined to its consumer group');
  return { name, check, stuck };
}
