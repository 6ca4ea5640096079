import type { ReceiptKind } from '../../contracts/generated/types.ts';
import type { Channel, DeliveryStatus, NotificationStatus } from '../../contracts/status.ts';
import type { Attempt, Decision } from '../shared/ledger/types.ts';

export type Text = { en: string; ar: string };

export const CHANNEL: Record<Channel, Text> = {
  sms: { en: 'SMS', ar: 'رسالة نصية' },
  email: { en: 'Email', ar: 'بريد إلكتروني' },
  push: { en: 'Device', ar: 'إشعار على الجهاز' },
};

export const NOTIFICATION: Record<NotificationStatus, Text> = {
  accepted: { en: 'Accepted; what to do with it is not decided yet.', ar: 'تم القبول ولم يُتخذ قرار بعد.' },
  routed: { en: 'Under way; there is no outcome yet.', ar: 'قيد التنفيذ ولا توجد نتيجة بعد.' },
  reached: { en: 'Outcome: the person was reached.', ar: 'النتيجة: تم الوصول إلى المستلم.' },
  partly_reached: {
    en: 'Outcome: the person was reached, but not on every channel.',
    ar: 'النتيجة: تم الوصول إلى المستلم ولكن ليس عبر جميع القنوات.',
  },
  not_reached: { en: 'Outcome: the person was not reached.', ar: 'النتيجة: لم يتم الوصول إلى المستلم.' },
  cancelled: { en: 'Outcome: cancelled.', ar: 'النتيجة: تم إلغاء الإشعار.' },
  rejected: { en: 'Outcome: rejected.', ar: 'النتيجة: لم يُقبل الإشعار.' },
};

/** `{at}` is the time it is due. */
export const DECISION: Record<Decision['decision'], Text> = {
  send: { en: 'decided to send at once.', ar: 'تقرر الإرسال فوراً.' },
  skip: { en: 'decided not to send.', ar: 'تقرر عدم الإرسال.' },
  defer: { en: 'decided to send on {at}.', ar: 'تقرر الإرسال في {at}.' },
};

/** `{provider}` took part in it. */
export const ATTEMPT: Record<Attempt['result'], Text> = {
  accepted: { en: '{provider} took the message.', ar: 'استلم المزود {provider} الرسالة.' },
  refused: { en: '{provider} refused the message.', ar: 'رفض المزود {provider} الرسالة.' },
  retry: {
    en: 'the message could not be handed to {provider}.',
    ar: 'تعذر تسليم الرسالة إلى المزود {provider}.',
  },
  throttled: { en: '{provider} asked to slow down.', ar: 'طلب المزود {provider} إبطاء الإرسال.' },
  unknown: { en: '{provider} gave no clear answer.', ar: 'لم يصل رد واضح من المزود {provider}.' },
};

/** What is recorded as an attempt although no provider was asked: by the name it is recorded under. */
export const WITHOUT_PROVIDER: Record<string, Text> = {
  render: { en: 'the message was not written.', ar: 'لم تُكتب الرسالة.' },
  unknown: { en: 'the sender stopped before it could report.', ar: 'توقفت عملية الإرسال قبل تسجيل نتيجتها.' },
};

export const RECEIPT: Record<ReceiptKind, Text> = {
  accepted: { en: 'the message was accepted.', ar: 'تم قبول الرسالة.' },
  sent: { en: 'the message was sent on.', ar: 'تم إرسال الرسالة.' },
  delayed: { en: 'delivery is delayed.', ar: 'تأخر تسليم الرسالة.' },
  delivered: { en: 'the message was delivered.', ar: 'تم تسليم الرسالة.' },
  read: { en: 'the message was opened.', ar: 'تم فتح الرسالة.' },
  soft_bounce: { en: 'the message came back for now.', ar: 'ارتدت الرسالة مؤقتاً.' },
  hard_bounce: { en: 'the message came back for good.', ar: 'ارتدت الرسالة نهائياً.' },
  refused: { en: 'the message was refused.', ar: 'لم تُقبل الرسالة.' },
  expired: { en: 'the provider gave up trying.', ar: 'انتهت مهلة المزود قبل التسليم.' },
  complaint: { en: 'the person complained about the message.', ar: 'اشتكى المستلم من الرسالة.' },
  not_spam: { en: 'the person marked the message as wanted.', ar: 'أكد المستلم أن الرسالة مرغوب فيها.' },
  opted_out: { en: 'the person stopped such messages.', ar: 'أوقف المستلم هذه الرسائل.' },
  opted_in: { en: 'the person allows such messages again.', ar: 'سمح المستلم بهذه الرسائل من جديد.' },
  auto_reply: { en: 'an automatic reply came.', ar: 'ورد رد آلي.' },
  endpoint_gone: { en: 'the device is no longer there.', ar: 'لم يعد الجهاز مسجلاً.' },
};

/** `{at}` is the time it is due. */
export const DELIVERY: Record<DeliveryStatus, Text> = {
  deferred: { en: 'waits; due on {at}.', ar: 'بانتظار الإرسال في {at}.' },
  queued: { en: 'waits for its turn to be sent.', ar: 'بانتظار دور الإرسال.' },
  sending: { en: 'is being sent.', ar: 'قيد الإرسال.' },
  sent: {
    en: 'handed over; whether it arrived is not known yet.',
    ar: 'سُلّمت الرسالة إلى المزود ولم يُعرف بعد هل وصلت.',
  },
  delivered: { en: 'arrived.', ar: 'وصلت الرسالة.' },
  failed: { en: 'failed.', ar: 'فشل الإرسال.' },
  bounced: { en: 'came back.', ar: 'ارتدت الرسالة.' },
  expired: { en: 'was not sent in time.', ar: 'لم تُرسل الرسالة في الوقت المحدد.' },
  skipped: { en: 'was not sent.', ar: 'لم تُرسل الرسالة.' },
  cancelled: { en: 'was cancelled before sending.', ar: 'أُلغي الإرسال.' },
  superseded: { en: 'gave way to a newer notice.', ar: 'حل إشعار أحدث محل هذه الرسالة.' },
  unknown: { en: 'may or may not have been sent.', ar: 'لا يُعرف هل أُرسلت الرسالة.' },
};

/** Nothing but the end of its pause, or its expiry, moves it. */
export const PAUSED: Text = {
  en: 'waits for the end of a pause, until {at} at the latest.',
  ar: 'بانتظار انتهاء الإيقاف المؤقت، حتى {at} على الأكثر.',
};

/** Once nothing to the contrary came in time. */
export const SETTLED: Text = {
  en: 'handed over; nothing to the contrary came, so it counts as arrived.',
  ar: 'سُلّمت الرسالة إلى المزود ولم يرد ما ينفي وصولها، فتُعد واصلة.',
};

export const ON_UNKNOWN: Record<'resend' | 'hold', Text> = {
  resend: { en: 'It is sent once more at most.', ar: 'تُرسل مرة أخرى على الأكثر.' },
  hold: { en: 'It is held for an operator.', ar: 'بانتظار قرار المشغل.' },
};

export const SAYS = {
  accepted: { en: 'Accepted from {entity}: {type}.', ar: 'تم القبول من {entity}: {type}.' },
  test: { en: 'From a test key: no provider is asked.', ar: 'من مفتاح تجريبي: لا يُرسل شيء إلى المزودين.' },
  happened: { en: 'This happened, says {entity}.', ar: 'وقت الحدث بحسب {entity}.' },
  cancelled: { en: '{entity} cancelled the notice.', ar: 'ألغت الجهة هذا الإشعار: {entity}.' },
  read: { en: 'Read in the inbox.', ar: 'قُرئ الإشعار في صندوق الإشعارات.' },
  duplicates: { en: 'The same event came again: {count}.', ar: 'تكرر استلام الحدث نفسه: {count}.' },
  toDelegate: { en: ' to a delegate', ar: ' إلى شخص مفوّض' },
  attempt: { en: 'attempt {no}', ar: 'المحاولة {no}' },
  reports: { en: '{provider} reports:', ar: 'أفاد المزود {provider}:' },
  answered: { en: 'Its answer: {code}.', ar: 'رده: {code}.' },
  code: { en: 'Code: {code}.', ar: 'رمز السبب: {code}.' },
  replays: { en: 'Sent again by an operator: {count}.', ar: 'أعاد المشغل الإرسال: {count}.' },
  digest: {
    en: 'Its message tells of {count} notices together.',
    ar: 'رسالته تُبلغ عن عدة إشعارات معاً، عددها: {count}.',
  },
  carriedBy: {
    en: 'The message is that of notice {notice}.',
    ar: 'الرسالة هي رسالة الإشعار {notice}.',
  },
  correction: { en: 'Correction {count}.', ar: 'التصحيح رقم {count}.' },
  expires: { en: 'The notice expires; nothing is sent after this.', ar: 'تنتهي صلاحية الإشعار ولا يُرسل شيء بعد ذلك.' },
} as const satisfies Record<string, Text>;
