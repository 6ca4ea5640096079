/** Events that one caller may publish: `perMinute` on average, as many at once after a quiet minute. */
export type Bucket = { tokens: number; at: number };
export type Taken = { ok: true } | { ok: false; retryAfterSeconds: number };

/**
 * A token bucket for each name: it holds a minute's worth, and refills steadily. In memory and of this process alone:
 * several processes behind a balancer each grant the whole quota, which protects a process and does not bill anybody.
 * `now` is in milliseconds.
 */
export function createQuotas(now: () => number) {
  const buckets = new Map<string, Bucket>();
  return {
    /** Takes one event from the bucket of `name`, or says in how many whole seconds there is one again. */
    take(name: string, perMinute: number | undefined): Taken {
      if (perMinute === undefined) return { ok: true };
      const at = now();
      const before = buckets.get(name) ?? { tokens: perMinute, at };
      const perMs = perMinute / 60_000;
      const tokens = Math.min(perMinute, before.tokens + Math.max(0, at - before.at) * perMs);
      buckets.set(name, { tokens: tokens >= 1 ? tokens - 1 : tokens, at });
      return tokens >= 1 ? { ok: true } : { ok: false, retryAfterSeconds: Math.ceil((1 - tokens) / perMs / 1_000) };
    },
  };
}
export type Quotas = ReturnType<typeof createQuotas>;
