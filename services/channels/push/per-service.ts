import type { MemberState, Provider, SendRequest } from '../provider.ts';

export type PerServiceOptions = {
  /** The push service that the message goes to, by name; null where it is none that others depend on. */
  serviceOf(request: SendRequest): string | null;
  /** Puts a breaker before a provider. */
  guard(provider: Provider): Provider;
  /** Most breakers kept, default 50: for browsers, the host is what somebody's browser told us. */
  most?: number;
};

/**
 * One provider with a breaker for each push service behind it, so that the outage of one does not keep the notices of the
 * others. They are made when first needed, and the least used of too many are dropped. `state` tells how each stands.
 */
export function createPerService(
  provider: Provider,
  { serviceOf, guard, most = 50 }: PerServiceOptions,
): Provider & { state(): MemberState[] } {
  const kept = new Map<string, Provider>();

  function guarded(service: string): Provider {
    const one = kept.get(service) ?? guard({ ...provider, name: `${provider.name} ${service}`, close: async () => {} });
    // What was used last stands last.
    kept.delete(service);
    kept.set(service, one);
    const [oldest] = kept.keys();
    if (kept.size > most) drop(oldest!);
    return one;
  }

  function drop(service: string): void {
    const one = kept.get(service);
    kept.delete(service);
    void one?.close();
  }

  return {
    ...provider,
    async send(request) {
      const service = serviceOf(request);
      const result = await (service === null ? provider : guarded(service)).send(request);
      return { ...result, provider: provider.name };
    },
    state: () => [...kept.values()].flatMap((one) => one.state?.() ?? []),
    async close() {
      for (const service of kept.keys()) drop(service);
      await provider.close();
    },
  };
}
