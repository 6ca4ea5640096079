import { SpanKind } from '@opentelemetry/api';
import { checkEvent, firstNotification } from '../shared/event/index.ts';
import { tooLarge } from '../shared/http/problem.ts';
import { refusalOf } from '../shared/http/refuse.ts';
import { notificationId } from '../shared/ids.ts';
import type { Caller } from '../shared/keys.ts';
import { beginSpan } from '../shared/trace.ts';
import type { Prepared } from './accept.ts';
import type { IngestDeps } from './deps.ts';
import { LIMITS } from './limits.ts';

type Deps = Pick<IngestDeps, 'catalogue' | 'blind' | 'sealer' | 'eventSealer'> & { now: () => Date };

/**
 * Judges one event and makes ready what is stored and what is produced, both sealed. Throws the problem that names all
 * its faults. `requestTrace` is the traceparent of the HTTP request, for an event that has none of its own.
 */
export function prepareEvent(value: unknown, caller: Caller, requestTrace: string | undefined, deps: Deps): Prepared {
  const { catalogue, blind, sealer, eventSealer } = deps;
  const acceptedAt = deps.now();
  const checked = checkEvent(value, { catalogue, now: acceptedAt, entity: caller.entity, keyKind: caller.kind });
  if (!checked.ok) throw refusalOf(checked.faults);
  const { event, subject } = checked;
  const { span, traceparent } = beginSpan('ingest.accept', SpanKind.PRODUCER, [event.traceparent, requestTrace], {
    'notifyme.entity': caller.entity,
  });
  try {
    const subscriberId = blind.subscriberId(subject.canonical);
    const id = notificationId(event.source, event.id, subscriberId);
    const test = caller.kind === 'test';
    const sealedData = sealer.seal(JSON.stringify(event.data), 'data');
    const doc = firstNotification({ id, subscriberId, checked, sealedData, test, traceparent, acceptedAt });
    const jwe = eventSealer.seal(event);
    // Numbers such as 1e15 grow when they are written out again; what the broker would refuse is refused here.
    if (jwe.length > LIMITS.sealedChars) throw tooLarge(LIMITS.eventBytes, 'bytes');
    const headers = { 'content-type': 'application/jose', traceparent, ...(test && { test: '1' }) };
    return {
      doc,
      message: { key: subscriberId, value: jwe, headers, timestamp: String(doc.acceptedAt.getTime()) },
      bytes: jwe.length,
    };
  } finally {
    span.end();
  }
}
