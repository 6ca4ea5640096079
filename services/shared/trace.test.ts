import { describe, expect, it } from '@jest/globals';
import { SpanKind } from '@opentelemetry/api';
import { beginSpan, isTraceparent } from './trace.ts';

const beginTrace = (incoming: (string | undefined)[], entity: string) =>
  beginSpan('test', SpanKind.PRODUCER, incoming, { entity });

// The example of W3C Trace Context, section 3.2.3.
const EXAMPLE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

describe('trace of an event', () => {
  it('hands on what came in first, and passes over what is none', () => {
    expect(beginTrace([EXAMPLE, undefined], 'sijilat').traceparent).toBe(EXAMPLE);
    expect(beginTrace([undefined, EXAMPLE], 'sijilat').traceparent).toBe(EXAMPLE);
    expect(beginTrace(['nonsense', EXAMPLE], 'sijilat').traceparent).toBe(EXAMPLE);
  });

  it('begins a new trace where none came in', () => {
    const [one, two] = [beginTrace([], 'sijilat').traceparent, beginTrace([undefined], 'sijilat').traceparent];
    expect(isTraceparent(one) && isTraceparent(two)).toBe(true);
    expect(one).not.toBe(two);
  });

  it('knows that an id of zeros is none (W3C Trace Context 3.2.2)', () => {
    expect(isTraceparent(EXAMPLE.replace(/4bf9[0-9a-f]{28}/, '0'.repeat(32)))).toBe(false);
    expect(isTraceparent(EXAMPLE.replace('00f067aa0ba902b7', '0'.repeat(16)))).toBe(false);
    expect(isTraceparent(EXAMPLE)).toBe(true);
  });
});
