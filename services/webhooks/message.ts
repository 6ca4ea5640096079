export type Message = { id: string; body: string };

/**
 * What is posted about an outcome, null for one that cannot be read: `type`, `timestamp` and `data`, as the Standard Webhooks specification recommends.
 * Id and bytes are the same on every attempt. The id has no full stop, which would blur what is signed.
 */
export function outcomeMessage(outcome: string): Message | null {
  const data = parse(outcome);
  if (!data) return null;
  return {
    id: `${data.notificationId}_${data.revision}`,
    body: JSON.stringify({ type: 'notification.outcome', timestamp: data.at, data }),
  };
}

/** What is posted when an entity tries its endpoint. */
export const testMessage = (id: string, at: Date): Message => ({
  id: `test_${id}`,
  body: JSON.stringify({ type: 'webhook.test', timestamp: at.toISOString(), data: {} }),
});

function parse(outcome: string): { notificationId: string; revision: number; at: string } | null {
  try {
    return JSON.parse(outcome);
  } catch {
    return null;
  }
}
