import type { Language } from '../../contracts/status.ts';
import { smsText } from '../../services/shared/render/clean.ts';
import { checkLink } from '../../services/shared/render/links.ts';
import { countSegments } from '../../services/shared/render/segments.ts';
import type { Report } from './fault.ts';

export type Part = { name: string; source: string; language: Language; hosts: ReadonlySet<string> };

const MUSTACHE = /\{\{!--[\s\S]*?--\}\}|\{\{[\s\S]*?\}\}/g;
const TAGS = new Set(['p', 'h2', 'ul', 'ol', 'li', 'strong', 'em', 'br', 'table', 'tr', 'th', 'td']);
const INVISIBLE = /[\u200E\u200F\u061C\u202A-\u202E\u2066-\u2069\uFEFF]/;
const PHYSICAL = /(?:margin|padding|border)-(?:left|right)|(?:align|float)\s*[=:]\s*["']?(?:left|right)/i;

/** Rules on the written words of one part; variables are checked elsewhere. */
export function checkWords(part: Part, report: Report): void {
  const { name, source, language } = part;
  const words = source.replace(MUSTACHE, '');
  if (words.trim() === '' && !source.includes('{{')) report('the file is empty', 'Write the message');
  if (/https?:|www\./i.test(words))
    report('a web address is written out', 'Use {{link …}} with a listed host, or name the portal');
  if (INVISIBLE.test(source))
    report('an invisible direction mark stands in the file', 'Remove it: the engine isolates values');
  if (language === 'ar' && /\p{Script=Arabic}[,;?]/u.test(words)) {
    report('a Latin comma, semicolon or question mark follows Arabic', 'Use ، ؛ ؟');
  }
  if (name === 'sms') checkSms(part, words, report);
  if (name === 'email.html') checkHtml(words, report);
  if (name === 'email.subject' && source.trim().includes('\n'))
    report('the subject has more than one line', 'Keep one line');
  if (name === 'push' && !/^[^\n]+\n\s*\n\s*\S/.test(source.trim())) {
    report('a push is a title, an empty line and a body', 'Write the three');
  }
  for (const [, address] of source.matchAll(/\{\{link\s+["']([^"']+)["']/g)) checkFixedLink(address!, part, report);
}

function checkSms({ source, language }: Part, words: string, report: Report): void {
  if (/\{\{~?\s*link\b/.test(source)) report('a link in an SMS', 'Remove it: an SMS names the portal and a reference');
  if (language === 'en' && countSegments(smsText(words, 'en')).encoding !== 'GSM-7') {
    report('the English words hold a character outside GSM-7', 'Replace it, or each SMS costs more than double');
  }
}

/** No attribute, no tag but the plain ones: styles and direction are the engine's. */
function checkHtml(words: string, report: Report): void {
  for (const [tag, name, rest] of words.matchAll(/<\/?([a-z][a-z0-9]*)([^>]*)>/gi)) {
    if (!TAGS.has(name!.toLowerCase())) report(`the tag ${tag} is not allowed`, `Use ${[...TAGS].join(', ')}`);
    else if (rest!.replace('/', '').trim() !== '') report(`${tag} has attributes`, 'Write the bare tag');
  }
}

function checkFixedLink(address: string, { hosts }: Part, report: Report): void {
  try {
    checkLink(address, hosts, 'the address');
  } catch {
    report(`${address} is not an address of a listed host`, `Listed: ${[...hosts].join(', ')}`);
  }
}

/** Left and right have no place in a layout: they are wrong in one of the two languages. */
export function checkDirection(source: string, report: Report): void {
  const found = PHYSICAL.exec(source);
  if (found) report(`"${found[0]}" names a side`, 'Use {{@align}}, dir or a logical property');
}

/** Every tag that the rendered page opens is closed, in order. */
export function checkBalance(html: string, report: Report): void {
  const open: string[] = [];
  for (const [, slash, name] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*>/gi)) {
    if (/^(br|meta|img|hr)$/i.test(name!)) continue;
    if (!slash) open.push(name!);
    else if (open.pop() !== name) {
      report(`</${name}> closes nothing that is open`, 'Close the tags in order');
      return;
    }
  }
  if (open.length > 0) report(`<${open.at(-1)}> is not closed`, 'Close it');
}
