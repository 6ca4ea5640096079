import { deliverBatch } from '../../../services/channels/deliver.ts';
import { settleOnce } from '../../../services/receipts/settle.ts';
import { scheduleOnce } from '../../../services/router/scheduler.ts';
import type { Delivery, Notification } from '../../../services/shared/ledger/types.ts';
import { TYPES } from '../../support/pipeline-catalogue.ts';
import { h, lane, route } from '../channels/bench.ts';

/** From 11:00 to 12:30 of the person's clock; noon is in between. */
export const QUIET = { from: '11:00', to: '12:30' };
/** Their end, in seconds after noon. */
export const END = 1_800;

/** Which deliveries each message told of, in the order of the calls: the one it was sent for comes first. */
export const messages: { text: string; told: string[] }[] = [];

/** Takes down what every message tells of, at the moment when the provider is called; `answer` accepts if left out. */
export function takeDown(answer?: Parameters<typeof h.providers.sms.answerWith>[0]): void {
  messages.length = 0;
  h.providers.sms.answerWith(async (request, call) => {
    const { deliveryId, message } = request;
    const carried = await h.deliveries({ 'carriedBy.deliveryId': deliveryId, reason: 'in_digest', status: 'deferred' });
    const text = message.channel === 'sms' ? message.text : '';
    messages.push({
      text,
      told: text.endsWith(' notices') ? [deliveryId, ...carried.map(({ _id }) => _id)] : [deliveryId],
    });
    return answer ? answer(request, call) : { kind: 'accepted', providerRef: `ref-${deliveryId}`, code: null };
  });
}

let read = 0;
/** What the scheduler put on the lane since it was asked last, delivered by one worker. */
export async function deliverNew(deps = h.channel('sms')): Promise<void> {
  const all = h.told(h.topics.deliveries('sms', 'normal')) as { deliveryId: string }[];
  const fresh = all.slice(read).map(({ deliveryId }) => ({ _id: deliveryId }));
  read = all.length;
  await deliverBatch(lane(fresh), deps);
}

/** A round of scheduler, worker and settling at so many seconds after noon. */
export async function round(seconds: number): Promise<void> {
  h.setClock(seconds);
  await scheduleOnce(h.deps);
  await deliverNew();
  await settleOnce(h.deps);
  await settleOnce(h.deps);
}

/** So many notices that wait for the end of quiet hours. */
export async function waiting(count: number, more: Record<string, unknown> = {}): Promise<Delivery[]> {
  const events = Array.from({ length: count }, () => h.event({ type: TYPES.sms, ...more }));
  return route(...events);
}

export const noticeOf = ({ notificationId }: Delivery) =>
  h.ledger.notifications.findById(notificationId).lean<Notification>();
export const outcomesOf = ({ notificationId }: Delivery) =>
  h.told(h.topics.outcomes('office')).filter((outcome) => outcome.notificationId === notificationId);
