import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

/**
 * Sends spans to an OTLP collector; with an empty endpoint nothing is recorded and nothing leaves. Our own spans follow
 * a notice from the request of its entity to the call of its provider; bodies and addresses are never attributes.
 */
export function startTracing(endpoint: string, service: string): { stop(): Promise<void> } {
  if (endpoint === '') return { stop: async () => {} };
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': `notifyme-${service}` }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: new URL('/v1/traces', endpoint).href }))],
  });
  provider.register();
  return { stop: () => provider.shutdown() };
}
