import { type Classification, classified, entry } from './effect.ts';

/**
 * An SMS delivery status record of Amazon SNS.
 * @param status `SUCCESS` or `FAILURE`
 * @param response `delivery.providerResponse`, English prose; the list is that of the SNS developer guide
 *   ("SMS delivery failure reasons") with its older wordings.
 * @returns null when the status is neither.
 */
export function classifySnsSms(status: string, response: string): Classification | null {
  const text = response.trim().toLowerCase().replace(/\.$/, '');
  // By the phone or by its carrier: the evidence keeps the difference, and SNS has no better word to send later.
  if (status === 'SUCCESS') return classified('delivered');
  if (status !== 'FAILURE') return null;
  return entry(SMS_FAILURES, text) ?? classified('refused', 'provider_refused');
}

/**
 * A mobile push delivery status record, or a delivery failure event of a platform application.
 * @param statusCode the push service's HTTP status, null when not told
 * @param failure `FailureType` of the event or the push service's own error name
 */
export function classifySnsPush(status: string, statusCode: number | null, failure: string): Classification | null {
  if (status === 'SUCCESS') return classified('sent');
  if (status !== 'FAILURE') return null;
  if (statusCode === 404 || statusCode === 410 || GONE.test(failure))
    return classified('endpoint_gone', 'endpoint_gone');
  if (statusCode === 413 || /toolarge|toobig/i.test(failure)) return classified('refused', 'too_large');
  if (statusCode === 429) return classified('refused', 'provider_throttled');
  if (statusCode === 401 || statusCode === 403 || /credential/i.test(failure)) {
    return classified('refused', 'provider_misconfigured');
  }
  if (statusCode !== null && statusCode >= 500) return classified('refused', 'provider_unavailable');
  return classified('refused', 'provider_refused');
}

const GONE =
  /EndpointDisabled|InvalidPlatformToken|PlatformTokenInvalid|NotRegistered|UNREGISTERED|Unregistered|BadDeviceToken|InvalidRegistration|DeviceTokenNotForTopic/;

const blockedThere = classified('hard_bounce', 'blocked_by_carrier');
const blockedByCarrier = classified('refused', 'blocked_by_carrier');
const unreachable = classified('soft_bounce', 'unreachable_phone');

/** Lower case, without a full stop at the end. */
const SMS_FAILURES: Record<string, Classification> = {
  'blocked as spam by phone carrier': blockedByCarrier,
  'destination is on a blocked list': blockedThere,
  'destination is blacklisted': blockedThere,
  'invalid phone number': classified('hard_bounce', 'invalid_number'),
  'message body is invalid': classified('refused', 'rejected_content'),
  'phone carrier has blocked this message': blockedByCarrier,
  // The carrier is down, which says nothing about the number.
  'phone carrier is currently unreachable/unavailable': classified('refused', 'provider_unavailable'),
  'phone has blocked sms': blockedThere,
  'phone is on a blocked list': blockedThere,
  'phone is blacklisted': blockedThere,
  'phone is currently unreachable/unavailable': unreachable,
  'phone number is opted out': classified('opted_out', 'opted_out'),
  'this delivery would exceed max price': classified('refused', 'provider_misconfigured'),
  'no quota left for account': classified('refused', 'provider_misconfigured'),
  'rate exceeded': classified('refused', 'provider_throttled'),
  'unknown error attempting to reach phone': unreachable,
};
