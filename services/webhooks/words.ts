import type { Webhook } from '../shared/ledger/types.ts';

type Why = NonNullable<Webhook['reason']>;
export type Suspended = { host: string; id: string; why: Why; last: string; cursor: string };

const WHY: Record<Why, { en: string; ar: string }> = {
  gone: { en: 'it answered 410 (gone)', ar: 'أجابت بالرمز 410 (لم تعد موجودة)' },
  failing: { en: 'it failed for too long', ar: 'تعذر الوصول إليها مدة طويلة' },
  no_key: { en: 'your last key was revoked', ar: 'أُلغي آخر مفتاح لكم' },
};

/** The mail that tells an entity's technical staff of a suspended endpoint, in both languages. Its address stays out. */
export function suspendedMail({ host, id, why, last, cursor }: Suspended): { subject: string; text: string } {
  const en = [
    `We no longer post outcomes to your endpoint at ${host}: ${WHY[why].en}.`,
    `Endpoint: ${id}`,
    `Last answer: ${last}`,
    '',
    'Nothing is lost. Once the endpoint works, let everything that it missed be sent again:',
    `POST /v1/webhooks/${id}/replay  {"cursor":"${cursor}"}`,
  ];
  const ar = [
    `توقف إرسال نتائج الإشعارات إلى نقطة الاستقبال في ${host}: ${WHY[why].ar}.`,
    `المعرّف: ${id}`,
    `آخر رد: ${last}`,
    '',
    'لم يُفقد شيء. بعد إصلاحها اطلبوا إرسال ما فاتها من جديد:',
    `POST /v1/webhooks/${id}/replay  {"cursor":"${cursor}"}`,
  ];
  return {
    subject: 'Your endpoint was stopped – توقفت نقطة الاستقبال',
    text: `${[...en, '', '', ...ar].join('\n')}\n`,
  };
}
