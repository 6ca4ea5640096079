import type { Platform } from '../platform.ts';
import { callApi } from './call.ts';
import { eventually } from './eventually.ts';
import type { Person } from './people.ts';

type Added = { id: string; verification: unknown };

/** Registers one person as the national portal would: through the register's API, with codes read from the handset. */
export async function register(person: Person, platform: Platform): Promise<void> {
  const token = await platform.issuer.mint({ subject: person.subject });
  const call = <T>(method: string, path: string, body?: unknown) =>
    callApi<T>(platform.host.url, token, method, path, body);
  await call('PUT', '/v1/me', { language: person.language, quietHours: null });
  if (person.mobile) await addAndVerify(person.mobile, 'sms', person, platform, call);
  if (person.email) await addAndVerify(person.email, 'email', person, platform, call);
  if (person.push)
    await call('POST', '/v1/me/contacts', {
      channel: 'push',
      subscription: platform.providers.createPushSubscription(),
    });
  if (person.fcmToken)
    await call('POST', '/v1/me/contacts', { channel: 'push', token: { platform: 'fcm', token: person.fcmToken } });
  if (person.optOut) {
    await call('PUT', '/v1/me/preferences', { preferences: [{ ...person.optOut, channel: '*', allow: false }] });
  }
  if (person.quietNow)
    await call('PUT', '/v1/me', {
      language: person.language,
      timeZone: 'Asia/Bahrain',
      quietHours: quietNow(new Date()),
    });
}

async function addAndVerify(
  address: string,
  channel: 'sms' | 'email',
  person: Person,
  platform: Platform,
  call: <T>(method: string, path: string, body?: unknown) => Promise<T>,
): Promise<void> {
  const { id } = await call<Added>('POST', '/v1/me/contacts', { channel, address });
  if (person.unverified) return;
  const code = await eventually(`the code for ${person.name}'s ${channel}`, () =>
    latestCode(address, channel, platform),
  );
  await call('POST', `/v1/me/contacts/${id}/verify`, { code });
}

/** The newest six digits that arrived at the address. */
function latestCode(address: string, channel: 'sms' | 'email', { providers: { outbox } }: Platform): string | null {
  const texts =
    channel === 'sms'
      ? outbox.sms().flatMap(({ to, text }) => (to === address ? [text] : []))
      : outbox.mail().flatMap(({ to, text }) => (to.includes(address) ? [text] : []));
  return texts.map((text) => /\b(\d{6})\b/.exec(text)?.[1]).findLast((code) => code !== undefined) ?? null;
}

/** A window around this minute on Bahrain's clock that ends at the next full minute but at least 10 s ahead. */
export function quietNow(now: Date): { from: string; to: string } {
  const clock = (at: number) =>
    new Intl.DateTimeFormat('en-GB', {
      timeZone: 'Asia/Bahrain',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }).format(at);
  const end = Math.ceil((now.getTime() + 20_000) / 60_000) * 60_000;
  return { from: clock(now.getTime() - 60_000), to: clock(end) };
}
