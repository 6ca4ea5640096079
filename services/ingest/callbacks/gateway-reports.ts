import type { Receipt } from '../../../contracts/generated/types.ts';
import { type Classification, classified, classifyInbound } from '../../shared/evidence/index.ts';
import { type Json, object, parseObject, text } from './json.ts';
import type { ReceiptMaker } from './receipt.ts';

/** The gateway's states, those of SMPP 3.4 (section 5.2.28) in words. */
const STATES = new Map<string, Classification>([
  ['accepted', classified('accepted')],
  ['sent', classified('sent')],
  ['buffered', classified('delayed', 'unreachable_phone')],
  ['delivered', classified('delivered')],
  ['expired', classified('expired', 'unreachable_phone')],
  ['undelivered', classified('soft_bounce', 'unreachable_phone')],
  ['rejected', classified('refused', 'provider_refused')],
]);

/** Why a text failed, where the gateway says more than that it did. */
const FAILURES = new Map<string, Classification>([
  ['invalid_number', classified('hard_bounce', 'invalid_number')],
  ['unreachable', classified('soft_bounce', 'unreachable_phone')],
  ['blocked', classified('refused', 'blocked_by_carrier')],
  ['rejected_content', classified('refused', 'rejected_content')],
  ['opted_out', classified('opted_out', 'opted_out')],
  ['unavailable', classified('refused', 'provider_unavailable')],
]);

/** What a delivery report of the gateway means; null for a state that is not known. */
export const classifyGatewayReport = (state: string, error: string | null): Classification | null => {
  const byState = STATES.get(state) ?? null;
  const failed = state === 'undelivered' || state === 'rejected' || state === 'expired';
  return (failed && error !== null && FAILURES.get(error)) || byState;
};

/**
 * The receipt of a text that somebody sent to our number, `{ id, from, text, at }`: STOP, START and their like. It names
 * none of our messages, so it is by the number that its sender is found. None for any other text.
 */
function inboundReceipts(message: Json, from: string, make: ReceiptMaker): Receipt[] {
  const classification = classifyInbound(text(message.text) ?? '');
  if (!classification) return [];
  const raw = JSON.stringify(message);
  const [id, at] = [text(message.id), text(message.at)];
  return [
    make({
      ...{ provider: 'sms-gateway', channel: 'sms', classification, occurredAt: at },
      ...{ evidence: { recipient: from, recipients: 1, raw }, identity: [id ?? raw] },
    }),
  ];
}

/**
 * The receipts in a delivery report `{ id, reference, to, status, at, error? }`, or in several as `{ reports: [...] }`;
 * null when it is neither. `reference` is the delivery id that we gave. A text `{ id, from, text, at }` that came in may
 * stand in place of a report.
 */
export function gatewayReceipts(body: string, make: ReceiptMaker): Receipt[] | null {
  const value = parseObject(body);
  if (!value) return null;
  const reports = Array.isArray(value.reports) ? value.reports.map(object) : [value];
  const receipts: Receipt[] = [];
  for (const report of reports) {
    const from = text(report?.from);
    if (report && from && text(report.text) !== null) {
      receipts.push(...inboundReceipts(report, from, make));
      continue;
    }
    const [reference, state] = [text(report?.reference), text(report?.status)];
    if (!report || !reference || !state) return null;
    const error = text(report.error);
    const classification = classifyGatewayReport(state, error);
    if (!classification) continue;
    const [id, at] = [text(report.id), text(report.at)];
    const evidence = { recipient: text(report.to), recipients: 1, raw: JSON.stringify(report) };
    receipts.push(
      make({
        ...{ provider: 'sms-gateway', channel: 'sms', deliveryId: reference, providerRef: id, classification },
        ...{ occurredAt: at, evidence, identity: [state, at ?? '', error ?? ''] },
      }),
    );
  }
  return receipts;
}
