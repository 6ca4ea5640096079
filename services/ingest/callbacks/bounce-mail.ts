import { type ParsedMail, simpleParser } from 'mailparser';
import type { DsnRecipient } from '../../shared/evidence/index.ts';
import { type Fields, readBlocks, untyped } from './report-fields.ts';

export type BouncedRecipient = DsnRecipient & { address: string | null; at: string | null };

/** What came to a bounce address. `letter` is mail by a person, or something no machine marked as its own. */
export type BounceMail = { messageId: string; date: string | null } & (
  | { form: 'dsn'; recipients: BouncedRecipient[] }
  | { form: 'feedback'; type: string | null; address: string | null }
  | { form: 'auto_reply' }
  | { form: 'letter' }
);

const EXCERPT = 4_000;
const MAX_ADDRESSES = 100;

/**
 * Reads one mail: a delivery status notification (RFC 3464, RFC 6533), a feedback report (RFC 5965), a bounce in prose
 * (older Exim, qmail) or an automatic reply (RFC 3834). Never rejects: what cannot be parsed is a `letter`.
 * @param nullSender whether the envelope sender was `<>`, which only automatic mail has (RFC 5321 section 4.5.5)
 */
export async function readBounceMail(raw: Buffer, nullSender: boolean): Promise<BounceMail> {
  let mail: ParsedMail;
  try {
    mail = await simpleParser(raw, PARSER);
  } catch {
    return { form: nullSender ? 'auto_reply' : 'letter', messageId: '', date: null };
  }
  const date = mail.date && !Number.isNaN(mail.date.getTime()) ? mail.date.toISOString() : null;
  const about = { messageId: mail.messageId ?? date ?? '', date };
  const recipients = readStatusParts(mail);
  if (recipients.length > 0) return { ...about, form: 'dsn', recipients };
  const feedback = part(mail, 'message/feedback-report');
  if (feedback !== null) return { ...about, form: 'feedback', ...readFeedback(feedback) };
  const prose = readProse(mail);
  if (prose.length > 0) return { ...about, form: 'dsn', recipients: prose };
  return { ...about, form: nullSender || isAutomatic(mail) ? 'auto_reply' : 'letter' };
}

/** `keepDeliveryStatus`: otherwise the status part is melted into the text and its fields are lost. */
const PARSER = { keepDeliveryStatus: true, skipHtmlToText: true, skipTextToHtml: true, skipTextLinks: true };

const part = (mail: ParsedMail, type: string): string | null =>
  mail.attachments.find(({ contentType }) => contentType?.toLowerCase() === type)?.content.toString('utf8') ?? null;

/** Per-recipient blocks are those that name a recipient; Exchange and Gmail nest the part differently, which is no matter here. */
function readStatusParts(mail: ParsedMail): BouncedRecipient[] {
  const content = part(mail, 'message/delivery-status') ?? part(mail, 'message/global-delivery-status');
  const isRecipient = (fields: Fields) => fields.has('final-recipient') || fields.has('action') || fields.has('status');
  return readBlocks(content ?? '')
    .filter(isRecipient)
    .map((fields) => ({
      address: untyped(fields.get('original-recipient')) ?? untyped(fields.get('final-recipient')),
      action: fields.get('action')?.split(/[\s(;]/)[0] ?? null,
      status: fields.get('status') ?? null,
      diagnostic: untyped(fields.get('diagnostic-code')),
      at: fields.get('last-attempt-date') ?? null,
    }));
}

function readFeedback(content: string): { type: string | null; address: string | null } {
  const fields = readBlocks(content)[0] ?? new Map<string, string>();
  return { type: fields.get('feedback-type') ?? null, address: untyped(fields.get('original-rcpt-to')) };
}

const WILL_RETRY =
  /delayed|not yet been delivered|will (be retried|continue|keep trying|try again)|still (being )?(re)?tr(ied|ying)/i;
const FROM_A_SERVER = /^(mailer-daemon|postmaster|mail-daemon)@/i;
const CODE = /(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.])/;

/**
 * Bounces in prose: by Exim's X-Failed-Recipients, or a server's own letter that quotes an enhanced status code. A null
 * sender is not enough: an out-of-office reply has one too, and may hold any number.
 */
function readProse(mail: ParsedMail): BouncedRecipient[] {
  const failed = header(mail, 'x-failed-recipients');
  const prose = (mail.text ?? '').slice(0, EXCERPT);
  const status = CODE.exec(prose)?.[0] ?? null;
  const byServer = FROM_A_SERVER.test(mail.from?.value[0]?.address ?? '');
  if (failed === '' && !(byServer && status !== null)) return [];
  const action = failed === '' && WILL_RETRY.test(`${mail.subject ?? ''} ${prose}`) ? 'delayed' : 'failed';
  const addresses = failed === '' ? [null] : failed.split(',').slice(0, MAX_ADDRESSES);
  return addresses.map((address) => ({
    address: address?.trim() ?? null,
    action,
    status,
    diagnostic: prose,
    at: null,
  }));
}

const header = (mail: ParsedMail, name: string): string => {
  const value = mail.headers.get(name);
  return typeof value === 'string' ? value.trim() : '';
};

/** RFC 3834 section 5, and what replied before it. */
function isAutomatic(mail: ParsedMail): boolean {
  const submitted = header(mail, 'auto-submitted').toLowerCase();
  if (submitted !== '' && !submitted.startsWith('no')) return true;
  if (['x-autoreply', 'x-autorespond', 'x-auto-reply'].some((name) => header(mail, name) !== '')) return true;
  return /^(auto_reply|bulk|junk|list)$/i.test(header(mail, 'precedence'));
}
