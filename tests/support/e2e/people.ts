import { eventually } from '../../../deploy/local/demo/eventually.ts';
import type { Platform } from '../../../deploy/local/platform.ts';
import { invent } from '../../../services/shared/subject/invented.ts';
import { type Answer, ask } from './ask.ts';
import type { Stage } from './stage.ts';

/** What registering needs of a platform, in one process or in six. */
export type Register = Pick<Stage, 'url' | 'providers' | 'outbox'> & { platform: Pick<Platform, 'issuer'> };

export type Person = {
  subject: string;
  mobile: string;
  email: string;
  /** The access token of the sign-in. */
  token: string;
  /** One call of this person to the register, below `/v1`. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
};

export type Wanted = {
  language?: 'ar' | 'en';
  /** Channels with a verified contact. */
  channels?: readonly ('sms' | 'email' | 'push')[];
  mobile?: string;
  email?: string;
};

let count = 0;

/** An invented person who has not registered anything yet. Numbers that the handset server fails (96-99) are left out. */
export async function stranger(stage: Register, wanted: Wanted = {}): Promise<Person> {
  count += 1;
  const n = count;
  const subject = invent('cpr', 3_000_000 + n);
  const token = await stage.platform.issuer.mint({ subject });
  return {
    subject,
    token,
    mobile: wanted.mobile ?? `+9733600${1_000 + Math.floor(n / 90) * 100 + (n % 90)}`,
    email: wanted.email ?? `person${n}@example.com`,
    call: (method, path, body, headers) =>
      ask(stage.url, method, `/v1${path}`, body, { authorization: `Bearer ${token}`, ...headers }),
  };
}

/** An invented person with verified contacts, registered through the register's API with the codes that arrived. */
export async function person(stage: Register, wanted: Wanted = {}): Promise<Person> {
  const { language = 'en', channels = ['sms', 'email', 'push'] } = wanted;
  const who = await stranger(stage, wanted);
  expectOk(await who.call('PUT', '/me', { language, quietHours: null }));
  await Promise.all(
    channels.map(async (channel) => {
      if (channel === 'push') await addDevice(stage, who);
      else await verify(stage, who, channel, channel === 'sms' ? who.mobile : who.email);
    }),
  );
  return who;
}

/** Registers a browser; `magic` names how its push service will answer. */
export async function addDevice({ providers }: Register, who: Person, magic?: string): Promise<string> {
  const subscription = providers.createPushSubscription(magic);
  return expectOk(await who.call('POST', '/me/contacts', { channel: 'push', subscription })).body.id;
}

/** Adds an address and proves it by its code; gives the contact's id. `arrivesAt` when it is spelled otherwise. */
export async function verify(
  stage: Register,
  who: Person,
  channel: 'sms' | 'email',
  address: string,
  arrivesAt = address,
): Promise<string> {
  const before = codesAt(stage, channel, arrivesAt).length;
  const { body } = expectOk(await who.call('POST', '/me/contacts', { channel, address }));
  const code = await eventually(`the code for ${channel}`, () => codesAt(stage, channel, arrivesAt)[before]);
  expectOk(await who.call('POST', `/me/contacts/${body.id}/verify`, { code }));
  return body.id;
}

/** The codes that arrived at an address, oldest first. */
export function codesAt({ outbox }: Register, channel: 'sms' | 'email', address: string): string[] {
  const texts =
    channel === 'sms'
      ? outbox.sms().flatMap(({ to, text }) => (to === address ? [text] : []))
      : outbox.mail().flatMap(({ to, text }) => (to.includes(address) ? [text] : []));
  return texts.flatMap((text) => /^(\d{6})\b/m.exec(text)?.[1] ?? []);
}

function expectOk(answer: Answer): Answer {
  if (answer.status >= 300) throw new Error(`the register answered ${answer.status} ${answer.body?.code}`);
  return answer;
}
