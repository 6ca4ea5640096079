import type { IdentityPerson } from './person.ts';

export type PageLanguage = 'en' | 'ar';

/** The language of a page, from `ui_locales` (OpenID Connect Core 3.1.2.1). */
export const languageOf = (locales: string | undefined): PageLanguage => (/^ar\b/.test(locales ?? '') ? 'ar' : 'en');

const WORDS = {
  en: {
    title: 'Sign in – eKey on this computer',
    who: 'Who are you?',
    invented:
      'These people are invented. There are no passwords: this page stands in for the national sign-in on this computer only.',
    strong: 'The portal asks for the stronger method. Choose the same person again.',
    back: 'Go back without signing in',
    other: 'العربية',
    leave: 'Sign out of eKey too?',
    yes: 'Yes, sign out',
    no: 'No, stay signed in',
    signedOut: 'You are signed out.',
    failed: 'This sign-in cannot go on. Go back to the portal and start again.',
  },
  ar: {
    title: 'تسجيل الدخول – المفتاح الإلكتروني على هذا الحاسوب',
    who: 'من أنت؟',
    invented:
      'هؤلاء الأشخاص من نسج الخيال ولا توجد كلمات مرور: تحل هذه الصفحة محل تسجيل الدخول الوطني على هذا الحاسوب فقط.',
    strong: 'تطلب البوابة الطريقة الأقوى. اختر الشخص نفسه مرة أخرى.',
    back: 'العودة دون تسجيل الدخول',
    other: 'English',
    leave: 'هل تريد الخروج من المفتاح الإلكتروني أيضاً؟',
    yes: 'نعم، تسجيل الخروج',
    no: 'لا، البقاء',
    signedOut: 'تم تسجيل خروجك.',
    failed: 'لا يمكن متابعة تسجيل الدخول. عُد إلى البوابة وابدأ من جديد.',
  },
} as const;

type PeoplePage = {
  language: PageLanguage;
  people: IdentityPerson[];
  uid: string;
  strong: boolean;
  current: string | null;
};

/** The list of people; one button each. */
export function peoplePage({ language, people, uid, strong, current }: PeoplePage): string {
  const words = WORDS[language];
  const other = language === 'ar' ? 'en' : 'ar';
  const buttons = people
    .toSorted((a, b) => Number(b.subject === current) - Number(a.subject === current))
    .map(
      ({ name, subject }) =>
        `<button name="person" value="${escapeHtml(subject)}"><bdi lang="en" dir="ltr">${escapeHtml(name)}</bdi> <bdi dir="ltr" class="number">${escapeHtml(subject)}</bdi></button>`,
    );
  return layout(
    language,
    words.title,
    `<p class="other"><a href="/interaction/${uid}?language=${other}" lang="${other}">${words.other}</a></p>
<h1>${words.who}</h1><p>${strong ? words.strong : words.invented}</p>
<form method="post" action="/interaction/${uid}">${buttons.join('')}<button class="plain" name="back" value="1">${words.back}</button></form>`,
  );
}

/** Asks whether to sign out here too; `form` is the provider's own, with id `op.logoutForm`. */
export function logoutPage(language: PageLanguage, form: string): string {
  const words = WORDS[language];
  return layout(
    language,
    words.leave,
    `<h1>${words.leave}</h1>${form}<button form="op.logoutForm" name="logout" value="yes">${words.yes}</button><button class="plain" form="op.logoutForm">${words.no}</button>`,
  );
}

/** A page with one sentence. */
export function messagePage(language: PageLanguage, which: 'signedOut' | 'failed'): string {
  return layout(language, WORDS[language].title, `<h1>${WORDS[language][which]}</h1>`);
}

const STYLE = `body{margin:0;background:#eef1f4;color:#17232b;font:1.0625rem/1.6 system-ui,"Segoe UI","Noto Sans Arabic",Tahoma,sans-serif}
main{max-inline-size:34rem;margin:2rem auto;padding:1.5rem;background:#fff;border-block-start:.375rem solid #5b2a86}
h1{font-size:1.5rem}button{display:flex;flex-wrap:wrap;gap:.25rem 1rem;justify-content:space-between;inline-size:100%;min-block-size:3rem;margin-block:.5rem;padding:.5rem 1rem;border:.125rem solid #5b2a86;border-radius:.5rem;background:#5b2a86;color:#fff;font:inherit;cursor:pointer}
main>button{justify-content:center}button.plain{background:#fff;color:#5b2a86;justify-content:center}button:focus-visible,a:focus-visible{outline:.1875rem solid #17232b;outline-offset:.125rem}.number{opacity:1}.other{margin:0;text-align:end}a{color:#5b2a86}`;

const layout = (language: PageLanguage, title: string, body: string): string =>
  `<!doctype html><html lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}"><head><meta charset="utf-8"><title>${title}</title><meta name="viewport" content="width=device-width, initial-scale=1"><style>${STYLE}</style></head><body><main>${body}</main></body></html>`;

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
