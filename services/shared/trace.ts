import {
  type Attributes,
  type Context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  type SpanKind,
  trace,
} from '@opentelemetry/api';
import { takeRandom } from './crypto/random.ts';

const FORM = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

export type Began = { span: Span; traceparent: string };

/**
 * Starts a span under the first of `incoming` that is a W3C traceparent, and says what to hand on: the span when one is
 * recorded, else what came in, else a new trace. Without a tracer it costs next to nothing.
 */
export function beginSpan(
  name: string,
  kind: SpanKind,
  incoming: (string | null | undefined)[],
  attributes: Attributes,
): Began {
  const carried = incoming.find((value): value is string => typeof value === 'string' && isTraceparent(value));
  const span = trace.getTracer('notifyme').startSpan(name, { kind, attributes }, parentOf(carried));
  return { span, traceparent: traceparentOf(span) ?? carried ?? freshTraceparent() };
}

/** True for a version 00 traceparent whose ids are not all zero. */
export function isTraceparent(value: string): boolean {
  const [, traceId, spanId] = FORM.exec(value) ?? [];
  return traceId !== undefined && spanId !== undefined && !/^0+$/.test(traceId) && !/^0+$/.test(spanId);
}

function parentOf(traceparent: string | undefined): Context {
  const [, traceId, spanId, flags] = FORM.exec(traceparent ?? '') ?? [];
  if (!traceId || !spanId) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags ?? '0', 16),
    isRemote: true,
  });
}

function traceparentOf(span: Span): string | null {
  const context = span.spanContext();
  if (!isSpanContextValid(context) || !span.isRecording()) return null;
  return `00-${context.traceId}-${context.spanId}-${context.traceFlags.toString(16).padStart(2, '0')}`;
}

const freshTraceparent = (): string => `00-${takeRandom(16).toString('hex')}-${takeRandom(8).toString('hex')}-01`;
