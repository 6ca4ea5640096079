import type { Channel } from '../../../contracts/status.ts';
import type { Settings } from '../settings.ts';

/** A provider as operators name it, and its weight in the settings; null where nothing is shared out. */
export type NamedProvider = { name: string; channel: Channel; weight: number | null };

type Named =
  | 'SMS_GATEWAY_URL'
  | 'SMS_GATEWAY_WEIGHT'
  | 'SNS_SMS_WEIGHT'
  | 'SMTP_URL_2'
  | 'SMTP_WEIGHT'
  | 'SMTP_WEIGHT_2';

/** The providers that the settings make up, by the names under which attempts are stored. */
export const providersOf = (settings: Pick<Settings, Named>): NamedProvider[] => [
  { name: 'sns-sms', channel: 'sms', weight: settings.SNS_SMS_WEIGHT },
  ...(settings.SMS_GATEWAY_URL === ''
    ? []
    : [{ name: 'sms-gateway', channel: 'sms' as const, weight: settings.SMS_GATEWAY_WEIGHT }]),
  { name: 'smtp', channel: 'email', weight: settings.SMTP_WEIGHT },
  ...(settings.SMTP_URL_2 === ''
    ? []
    : [{ name: 'smtp-2', channel: 'email' as const, weight: settings.SMTP_WEIGHT_2 }]),
  { name: 'webpush', channel: 'push', weight: null },
  { name: 'sns-push', channel: 'push', weight: null },
];
