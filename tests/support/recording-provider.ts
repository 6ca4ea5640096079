import type { Channel } from '../../contracts/status.ts';
import type { Provider, SendRequest, SendResult } from '../../services/channels/provider.ts';

export type Answer = (request: SendRequest, call: number) => SendResult | Promise<SendResult>;
export type RecordingProvider = Provider & {
  /** Every call in order. */
  calls: SendRequest[];
  /** What it answers from now on. */
  answerWith(answer: Answer): void;
  /** Delivery ids in the order of the calls. */
  sent(): string[];
};

const accept: Answer = ({ deliveryId }) => ({ kind: 'accepted', providerRef: `ref-${deliveryId}`, code: null });

/** A provider that remembers what it is handed and answers as a test tells it: accepted, if nothing is told. */
export function recordingProvider(channel: Channel): RecordingProvider {
  const state = { answer: accept };
  const calls: SendRequest[] = [];
  return {
    name: `recording-${channel}`,
    channel,
    calls,
    answerWith(answer) {
      state.answer = answer;
    },
    sent: () => calls.map(({ deliveryId }) => deliveryId),
    async send(request) {
      calls.push(request);
      return state.answer(request, calls.length);
    },
    close: async () => {},
  };
}
