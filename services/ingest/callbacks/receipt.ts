import type { Receipt } from '../../../contracts/generated/types.ts';
import type { Channel } from '../../../contracts/status.ts';
import { type Classification, type Evidence, writeEvidence } from '../../shared/evidence/index.ts';
import { receiptId } from '../../shared/ids.ts';
import type { EvidenceDeps } from './deps.ts';

export type Finding = {
  provider: 'ses' | 'smtp' | 'sns-sms' | 'sns-push' | 'sms-gateway';
  channel: Channel;
  deliveryId?: string | null;
  providerRef?: string | null;
  classification: Classification;
  smtpStatus?: string | null;
  /** The provider's own time, in any form; null when it told none. */
  occurredAt: string | number | null;
  evidence: Omit<Evidence, 'source' | 'truncated'>;
  /** What makes this evidence unique beside provider, reference and kind; nothing of the moment it arrived. */
  identity: string[];
};

export type ReceiptMaker = (finding: Finding) => Receipt;

const DELIVERY_ID = /^d_[0-9a-f]{32}$/;
const SMTP_STATUS = /^[245]\.[0-9]{1,3}\.[0-9]{1,3}$/;
const REF_LENGTH = 256;

/** Turns what was found in a callback into a receipt that fulfils its schema, its raw evidence sealed. */
export function createReceiptMaker({ sealer, now = Date.now }: Pick<EvidenceDeps, 'sealer' | 'now'>): ReceiptMaker {
  return (finding) => {
    const { provider, channel, classification, evidence } = finding;
    const receivedAt = now();
    const deliveryId = finding.deliveryId && DELIVERY_ID.test(finding.deliveryId) ? finding.deliveryId : undefined;
    const providerRef =
      finding.providerRef && finding.providerRef.length <= REF_LENGTH ? finding.providerRef : undefined;
    const smtpStatus = finding.smtpStatus && SMTP_STATUS.test(finding.smtpStatus) ? finding.smtpStatus : undefined;
    return {
      id: receiptId(provider, deliveryId ?? '', providerRef ?? '', classification.kind, ...finding.identity),
      provider,
      channel,
      ...(deliveryId && { deliveryId }),
      ...(providerRef && { providerRef }),
      kind: classification.kind,
      ...(classification.reason && { reason: classification.reason }),
      ...(smtpStatus && { smtpStatus }),
      occurredAt: providerTime(finding.occurredAt, receivedAt),
      receivedAt: new Date(receivedAt).toISOString(),
      evidence: sealer.seal(writeEvidence({ source: provider, ...evidence }), 'evidence'),
    };
  };
}

/** A provider's clock may be wrong or its date unreadable; a time to come, or before all mail, is replaced by ours. */
function providerTime(told: string | number | null, receivedAt: number): string {
  const time = typeof told === 'string' ? Date.parse(utc(told)) : (told ?? Number.NaN);
  return new Date(time > EPOCH_OF_THIS && time <= receivedAt ? time : receivedAt).toISOString();
}

const EPOCH_OF_THIS = Date.UTC(2020, 0, 1);

/** CloudWatch writes `2016-06-28 00:40:34.558` and means UTC. */
const utc = (told: string) =>
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?$/.test(told) ? `${told.replace(' ', 'T')}Z` : told;
