import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type Metrics = ReturnType<typeof createMetrics>;

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** Every metric of the platform, in one registry of its own. Labels are codes and names of a small set, never ids. */
export function createMetrics({ defaults = false } = {}) {
  const registry = new Registry();
  if (defaults) collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const counter = <T extends string>(name: string, help: string, labelNames: T[]) =>
    new Counter({ name: `notifyme_${name}`, help, labelNames, registers });
  const histogram = <T extends string>(name: string, help: string, labelNames: T[], buckets = SECONDS) =>
    new Histogram({ name: `notifyme_${name}`, help, labelNames, buckets, registers });
  const gauge = <T extends string>(name: string, help: string, labelNames: T[]) =>
    new Gauge({ name: `notifyme_${name}`, help, labelNames, registers });
  return {
    registry,
    ingestEvents: counter('ingest_events_total', 'Events by answer', ['entity', 'result']),
    ingestSeconds: histogram('ingest_request_seconds', 'Time to answer a publishing request', ['route']),
    ingestBatch: histogram('ingest_batch_size', 'Events in one produce', [], [1, 2, 5, 10, 25, 50, 100, 250, 500]),
    routed: counter('routed_total', 'Events by what the router made of them', ['entity', 'result']),
    decisions: counter('decisions_total', 'Channel decisions', ['channel', 'decision', 'reason']),
    attempts: counter('attempts_total', 'Calls to providers by answer', ['channel', 'provider', 'result']),
    segments: counter('sms_segments_total', 'SMS segments handed to providers', ['provider']),
    handoffSeconds: histogram('event_to_handoff_seconds', 'From acceptance to the provider having it', [
      'channel',
      'lane',
    ]),
    sendSeconds: histogram('provider_call_seconds', 'Time of one provider call', ['channel', 'provider']),
    claimsLost: counter('claims_lost_total', 'Deliveries somebody else had, or that were no longer queued', [
      'channel',
    ]),
    receipts: counter('receipts_total', 'Receipts by kind', ['provider', 'kind', 'result']),
    outcomes: counter('outcomes_total', 'Outcomes told to entities', ['entity', 'status']),
    deadLetters: counter('dead_letters_total', 'Messages that could not be processed', ['reason']),
    duplicates: counter('duplicate_events_total', 'Events received more than once', ['entity']),
    scheduled: counter('scheduler_total', 'What the scheduler moved', ['what']),
    paused: counter('paused_total', 'Deliveries put aside because an operator paused them', ['channel']),
    codes: counter('verification_codes_total', 'One-time codes by result', ['result']),
    registrations: counter('registry_changes_total', 'Changes of the register', ['what']),
    callbacks: counter('callbacks_total', 'Provider callbacks by answer', ['source', 'result']),
    webhooks: counter('webhook_attempts_total', 'Webhook requests by result', ['entity', 'result']),
    webhookSeconds: histogram('webhook_request_seconds', 'Time of one webhook request', []),
    batchSeconds: histogram('batch_seconds', 'Time of one batch', ['service']),
    breakerState: gauge('breaker_state', 'Breaker of a provider: 0 closed, 1 half-open, 2 open', [
      'channel',
      'provider',
    ]),
    providerShare: gauge('provider_share', 'Share of the messages that a provider gets now', ['channel', 'provider']),
    laneLimit: gauge('lane_limit', 'Calls that a lane makes at a time', ['channel', 'lane']),
    oldestDue: new Gauge({ name: 'notifyme_oldest_due_seconds', help: 'Age of the oldest due delivery', registers }),
  };
}
