import { afterEach, describe, expect, it } from '@jest/globals';
import type { Channel } from '../../contracts/status.ts';
import type { Provider, SendRequest, SendResult } from './provider.ts';

/** How the far side behaves while one message is handed over. */
export const MODES = {
  accepts: 'accepted',
  'refuses for good': 'refused',
  'refuses for now': 'retry',
  'asks to slow down': 'throttled',
  'times out before it could accept': 'retry',
  'times out after it may have accepted': 'unknown',
  'answers garbage after it may have accepted': 'unknown',
  'closes half-way after it may have accepted': 'unknown',
  'is slow but in time': 'accepted',
  'refuses the connection': 'retry',
} as const satisfies Record<string, SendResult['kind']>;
export type Mode = keyof typeof MODES;

/** A provider wired to a fake far side that speaks the real protocol. */
export type Bench = {
  provider: Provider;
  /** How many times the far side was handed a whole message. */
  handed(): number;
  /** Ends the far side, open connections included. */
  stop(): Promise<void>;
};

/** Modes in which the far side never sees a whole message. */
const UNSEEN: readonly Mode[] = ['times out before it could accept', 'refuses the connection'];

/** An invented message of the channel; parts of it can be replaced. */
export const sampleRequest = (channel: Channel, parts: Partial<SendRequest> = {}): SendRequest => ({
  deliveryId: 'd_0123456789abcdef0123456789abcdef',
  notificationId: 'n_fedcba9876543210fedcba9876543210',
  entity: 'sijilat',
  entityName: 'Sijilat',
  smsSender: 'Sijilat',
  language: 'en',
  lane: 'normal',
  mandatory: false,
  unsubscribeUrl: null,
  ttlSeconds: 3600,
  ...SAMPLES[channel],
  ...parts,
});

const SAMPLES: Record<Channel, Pick<SendRequest, 'address' | 'addressKind' | 'message'>> = {
  sms: {
    address: '+97336001234',
    addressKind: 'mobile',
    message: { channel: 'sms', text: 'Your licence 123 is renewed.', segments: 1 },
  },
  email: {
    address: 'noor@example.com',
    addressKind: 'email',
    message: { channel: 'email', subject: 'Licence renewed', html: '<p>Renewed.</p>', text: 'Renewed.' },
  },
  push: {
    address: '{"endpointArn":"arn:aws:sns:me-south-1:123456789012:endpoint/GCM/app/1"}',
    addressKind: 'fcm',
    message: { channel: 'push', title: 'Licence renewed', body: 'Your licence 123 is renewed.' },
  },
};

/**
 * What every provider must do, whatever it speaks. `open` starts a far side in a mode with a provider before it;
 * `request` is the message that is handed over.
 */
export const behavesAsProvider = (
  name: string,
  open: (mode: Mode) => Promise<Bench>,
  request: () => SendRequest,
): void => {
  describe(`${name}, as any provider`, () => {
    let bench: Bench;
    afterEach(async () => {
      await bench.provider.close();
      await bench.stop();
    });

    it.each(Object.entries(MODES) as [Mode, SendResult['kind']][])('when it %s: %s', async (mode, kind) => {
      bench = await open(mode);
      const result = await bench.provider.send(request());
      expect(result).toMatchObject({ kind });
      expect(bench.handed()).toBe(UNSEEN.includes(mode) ? 0 : 1);
      expectFit(result, request());
    });
  });
};

/** What holds for any answer: a temporary trouble names the provider, and nothing personal is in it. */
const expectFit = (result: SendResult, { address }: SendRequest): void => {
  const text = JSON.stringify(result);
  expect(text).not.toContain(address);
  expect(text).not.toContain('renewed');
  if (result.kind === 'retry') expect(result.reason).toBe('provider_unavailable');
  if (result.kind === 'accepted') expect(result.providerRef).toEqual(expect.stringMatching(/\S/));
  else expect(result.code).toEqual(expect.stringMatching(/\S/));
};
