import type { DeliveryStatus, NotificationStatus } from '../../../contracts/status.ts';

const TONES: Record<NotificationStatus | DeliveryStatus, 'good' | 'warn' | 'bad' | 'info'> = {
  ...{ reached: 'good', delivered: 'good', sent: 'good' },
  ...{ partly_reached: 'warn', unknown: 'warn', deferred: 'warn' },
  ...{ not_reached: 'bad', rejected: 'bad', failed: 'bad', bounced: 'bad', expired: 'bad' },
  ...{ accepted: 'info', routed: 'info', queued: 'info', sending: 'info' },
  ...{ skipped: 'info', cancelled: 'info', superseded: 'info' },
};

/** The colour of a status; its word always stands beside it. */
export const toneOf = (status: NotificationStatus | DeliveryStatus) => TONES[status];
