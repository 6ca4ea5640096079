/** What was read a moment ago is good enough for the next who asks: many screens cost as much as one. */
export function createRecent<T>({ clock, keepMs, most = 200 }: { clock: () => Date; keepMs: number; most?: number }) {
  const held = new Map<string, { until: number; value: Promise<T> }>();
  return (key: string, make: () => Promise<T>): Promise<T> => {
    const now = clock().getTime();
    const found = held.get(key);
    if (found && found.until > now) return found.value;
    for (const [old, { until }] of held) if (until <= now || held.size >= most) held.delete(old);
    const value = make();
    held.set(key, { until: now + keepMs, value });
    // A failure is not kept: the next who asks tries again.
    value.catch(() => held.delete(key));
    return value;
  };
}
