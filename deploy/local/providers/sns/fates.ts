export type SmsFate = { status: 'SUCCESS' | 'FAILURE'; providerResponse: string; optedOut: boolean };

/** Provider responses as Amazon SNS documents them ("Viewing Amazon CloudWatch metrics and logs for SMS deliveries"). */
const FATES: Record<string, string> = {
  '99': 'Phone number is opted out',
  '98': 'Invalid phone number',
  '97': 'Phone is currently unreachable/unavailable',
  '96': 'Blocked as spam by phone carrier',
};

/** What happens to a text for this number: its last two digits decide (99, 98, 97, 96 fail). */
export function fateOf(number: string, optedIn: ReadonlySet<string>): SmsFate {
  const failure = FATES[number.slice(-2)];
  const optedOut = number.endsWith('99') && !optedIn.has(number);
  if (!failure || (number.endsWith('99') && !optedOut)) {
    return { status: 'SUCCESS', providerResponse: 'Message has been accepted by phone carrier', optedOut: false };
  }
  return { status: 'FAILURE', providerResponse: failure, optedOut };
}

export type DeliveryRecordInput = {
  messageId: string;
  destination: string;
  type: 'Transactional' | 'Promotional';
  parts: number;
  fate: SmsFate;
  publishedAt: number;
  now: number;
};

/** The SMS delivery status record that SNS writes to CloudWatch Logs, in its documented shape. */
export function deliveryRecord({ messageId, destination, type, parts, fate, publishedAt, now }: DeliveryRecordInput) {
  return {
    notification: { messageId, timestamp: logTime(publishedAt) },
    delivery: {
      phoneCarrier: 'Example Mobile',
      // 426 is Bahrain (ITU-T E.212).
      mnc: 1,
      mcc: 426,
      numberOfMessageParts: parts,
      destination,
      priceInUSD: Number((0.03 * parts).toFixed(5)),
      smsType: type,
      providerResponse: fate.providerResponse,
      dwellTimeMs: Math.max(1, Math.round((now - publishedAt) / 2)),
      dwellTimeMsUntilDeviceAck: Math.max(1, now - publishedAt),
    },
    status: fate.status,
  };
}

/** CloudWatch's `2016-06-28 00:40:34.558`, in UTC. */
const logTime = (instant: number) => new Date(instant).toISOString().replace('T', ' ').replace('Z', '');
