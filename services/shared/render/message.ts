import type { Channel, Language } from '../../../contracts/status.ts';
import { oneLine, smsText, tidyLines } from './clean.ts';
import type { Template } from './compile.ts';
import { TemplateError } from './errors.ts';
import type { RenderedMessage } from './rendered.ts';
import { countSegments } from './segments.ts';

/** The `@` variables of one notice. */
export type At = Record<string, unknown>;

/** The reference a person can read out: the first 8 hex digits of the notification id, as `1A2B-3C4D`. */
export function shortReference(notificationId: string): string {
  const hex = notificationId.replace(/^n_/, '').slice(0, 8).toUpperCase();
  return `${hex.slice(0, 4)}-${hex.slice(4)}`;
}

/** Renders the parts of one channel and tidies their lines. Throws `no_template` where the type has none for it. */
export function renderMessage(
  template: Template,
  channel: Channel,
  language: Language,
  data: unknown,
  at: At,
): RenderedMessage {
  if (channel === 'sms' && template.sms) {
    const text = smsText(template.sms(data, at), language);
    return { channel, text, segments: countSegments(text).segments };
  }
  if (channel === 'email' && template.email) {
    const { subject, html, text } = template.email;
    return {
      channel,
      subject: oneLine(subject(data, at)),
      html: html(data, at),
      text: `${tidyLines(text(data, at))}\n`,
    };
  }
  if (channel === 'push' && template.push) {
    const { title, body } = titleAndBody(template.push(data, at));
    return { channel, title, body: at.onBehalf ? `${body}\n${FOR[language](at.onBehalf)}` : body };
  }
  throw new TemplateError('no_template', `the type has no template for ${channel}`);
}

// A push has no layout of its own to say for whom a delegate receives it. The digits keep their direction (UAX 9).
const FOR: Record<Language, (who: unknown) => string> = {
  en: (who) => `For ${who}`,
  ar: (who) => `عن \u2066${who}\u2069`,
};

/** A push file: first line title, the rest body. */
export function titleAndBody(text: string): { title: string; body: string } {
  const [title, body] = [text.split('\n', 1)[0]!, text.slice(text.indexOf('\n') + 1)];
  return { title: oneLine(title), body: tidyLines(body) };
}
