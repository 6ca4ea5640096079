import type { Channel, Reason } from '../../contracts/status.ts';
import { isReason } from '../../contracts/status.ts';
import type { Provider, SendResult } from './provider.ts';
import type { RecordTest } from './test-outbox.ts';

type Play = 'accept' | 'refuse' | 'retry' | 'throttle' | 'unknown';

/**
 * What a provider would have to answer for a delivery to end with the reason. Reasons of a notification or of the
 * choice of channels are played by the router before a provider is asked, so here the message is simply accepted.
 */
const PLAYS: Record<Reason, Play> = {
  no_subscriber: 'accept',
  no_contact: 'accept',
  unverified_contact: 'accept',
  stale_contact: 'accept',
  suspect_contact: 'accept',
  duplicate: 'accept',
  invalid_event: 'accept',
  not_granted: 'accept',
  opted_out: 'refuse',
  reached_earlier: 'refuse',
  mandate_ended: 'refuse',
  erased: 'refuse',
  suppressed: 'refuse',
  expired: 'refuse',
  superseded: 'refuse',
  cancelled: 'refuse',
  invalid_number: 'refuse',
  invalid_address: 'refuse',
  unreachable_phone: 'refuse',
  blocked_by_carrier: 'refuse',
  rejected_content: 'refuse',
  too_large: 'refuse',
  endpoint_gone: 'refuse',
  complaint: 'refuse',
  provider_refused: 'refuse',
  template_error: 'refuse',
  quiet_hours: 'retry',
  in_digest: 'retry',
  scheduled: 'retry',
  waiting_step: 'retry',
  waiting_newer: 'retry',
  paused: 'retry',
  retry: 'retry',
  mailbox_full: 'retry',
  provider_unavailable: 'retry',
  provider_misconfigured: 'retry',
  provider_throttled: 'throttle',
  unknown_outcome: 'unknown',
};

/**
 * A provider for test keys: sends nothing and answers at once, accepted or as `simulate` asks. It always keeps the
 * contact, because a test must not switch off a real person's address. `record` is shown what would have gone out.
 */
export const createSimulator = (channel: Channel, record: RecordTest = () => {}): Provider => ({
  name: `simulator-${channel}`,
  channel,
  async send({ simulate, deliveryId, notificationId, language, message }) {
    const result = playReason(simulate ?? null, deliveryId);
    if (result.kind === 'accepted') record({ channel, notificationId, language, message });
    return result;
  },
  close: async () => {},
});

const playReason = (simulate: string | null, deliveryId: string): SendResult => {
  if (simulate === null) return { kind: 'accepted', providerRef: `sim_${deliveryId}`, code: 'simulated' };
  if (!isReason(simulate)) {
    return { kind: 'refused', reason: 'provider_refused', code: 'unknown_simulation', contact: 'keep' };
  }
  return answer(PLAYS[simulate], simulate, deliveryId);
};

const answer = (play: Play, reason: Reason, deliveryId: string): SendResult => {
  const code = `simulated_${reason}`;
  switch (play) {
    case 'accept':
      return { kind: 'accepted', providerRef: `sim_${deliveryId}`, code };
    case 'refuse':
      return { kind: 'refused', reason, code, contact: 'keep' };
    case 'retry':
      return { kind: 'retry', reason, code };
    case 'throttle':
      return { kind: 'throttled', code };
    case 'unknown':
      return { kind: 'unknown', code };
    default:
      return play satisfies never;
  }
};
