import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { callApi } from '../../deploy/local/demo/call.ts';
import { eventually } from '../../deploy/local/demo/eventually.ts';
import { type Platform, startPlatform } from '../../deploy/local/platform.ts';
import { createKeyStore } from '../../services/shared/keys.ts';

/** The example of W3C Trace Context, section 3.2.4. */
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const TRACEPARENT = `00-${TRACE}-00f067aa0ba902b7-01`;

describe('one trace from the request of an entity to the call of a provider', () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'notifyme-trace-'));
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  let platform: Platform;

  beforeAll(async () => {
    provider.register();
    const run = `trace-${Date.now().toString(36)}`;
    platform = await startPlatform({
      kafkaBrokers: process.env.KAFKA_BROKERS!,
      mongodbUri: process.env.MONGODB_URI!,
      stateDir,
      env: { TOPIC_PREFIX: run, MONGODB_DB: run, SCHEDULER_REST_MS: '100' },
    });
  }, 60_000);

  afterAll(async () => {
    await platform?.stop();
    await provider.shutdown();
    rmSync(stateDir, { recursive: true, force: true });
  }, 40_000);

  it('links ingest, router and channel spans under the trace that the entity began', async () => {
    const { key } = await createKeyStore(platform.host.runtime).createKey({ entity: 'ekey', kind: 'test' });
    const event = {
      specversion: '1.0',
      id: 'trace-1',
      source: '/ekey',
      type: 'bh.gov.iga.ekey.sign-in.code.v1',
      subject: 'simulator:delivered',
      traceparent: TRACEPARENT,
      data: JSON.parse(JSON.stringify((await example()).data)),
    };
    await callApi(platform.host.url, key, 'POST', '/v1/events', event, 'application/cloudevents+json');
    const spans = await eventually('the three spans', () => {
      const mine = exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === TRACE);
      return new Set(mine.map(({ name }) => name)).size >= 3 ? mine : null;
    });
    const byName = new Map(spans.map((span) => [span.name, span]));
    const accept = byName.get('ingest.accept')!;
    const route = byName.get('router.route')!;
    const send = byName.get('channel.send')!;
    expect(accept.parentSpanContext?.spanId).toBe('00f067aa0ba902b7');
    expect(route.parentSpanContext?.spanId).toBe(accept.spanContext().spanId);
    expect(send.parentSpanContext?.spanId).toBe(route.spanContext().spanId);
    expect(send.attributes['notifyme.result']).toBe('accepted');
  }, 60_000);
});

async function example(): Promise<{ data: unknown }> {
  const { default: value } = await import('../../contracts/examples/valid/ekey-sign-in-code.json', {
    with: { type: 'json' },
  });
  return value;
}
