type Payload = { uid?: string; grantId?: string; consumed?: number } & Record<string, unknown>;
type Kept = { payload: Payload; endsAt: number };

/**
 * What the provider remembers, in this process and until it ends: a laptop's sign-in needs no more. Gives the adapter
 * that oidc-provider asks for, one instance a kind of thing.
 */
export function createMemory() {
  const all = new Map<string, Kept>();
  const read = (key: string): Payload | undefined => {
    const kept = all.get(key);
    if (kept && kept.endsAt <= Date.now()) all.delete(key);
    return all.get(key)?.payload;
  };
  return (kind: string) => {
    const keyOf = (id: string) => `${kind}:${id}`;
    return {
      async upsert(id: string, payload: Payload, seconds = 3600) {
        all.set(keyOf(id), { payload, endsAt: Date.now() + seconds * 1000 });
      },
      find: async (id: string) => read(keyOf(id)),
      async findByUid(uid: string) {
        const found = [...all].find(([key, { payload }]) => key.startsWith(`${kind}:`) && payload.uid === uid);
        return found && read(found[0]);
      },
      findByUserCode: async () => undefined,
      async consume(id: string) {
        Object.assign(read(keyOf(id)) ?? {}, { consumed: Math.floor(Date.now() / 1000) });
      },
      async destroy(id: string) {
        all.delete(keyOf(id));
      },
      async revokeByGrantId(grantId: string) {
        for (const [key, { payload }] of all) if (payload.grantId === grantId) all.delete(key);
      },
    };
  };
}
