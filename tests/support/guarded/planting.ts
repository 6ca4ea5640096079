import { randomBytes, randomInt } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { NotifyMeEvent } from '../../../contracts/generated/types.ts';
import { invent } from '../../../services/shared/subject/invented.ts';
import { eventOf } from '../e2e/notices.ts';
import { codesAt, type Person, person, type Register, type Wanted } from '../e2e/people.ts';
import type { Planted } from './scan.ts';

const EXAMPLES = readdirSync(join(import.meta.dirname, '..', '..', '..', 'contracts', 'examples', 'valid'))
  .map((file) => file.replace('.json', ''))
  .filter((name) => !/^notifyme|announcement/.test(name));

/** Addresses whose providers take them, bounce, refuse, complain and answer by themselves; and a person without any. */
const KINDS: (Wanted & { mail?: string; ending?: string })[] = [
  { channels: ['sms', 'email', 'push'] },
  { language: 'ar', channels: ['sms', 'email'] },
  { channels: ['email'], mail: 'bounce.' },
  { channels: ['email', 'sms'], mail: 'full.', ending: '97' },
  { channels: ['email'], mail: 'complain.' },
  { channels: ['sms'], ending: '98' },
  { language: 'ar', channels: ['push'] },
  { channels: ['sms', 'email'], mail: 'ooo.', ending: '96' },
  { channels: [] },
];

export type Planting = ReturnType<typeof createPlanting>;

/** Makes canaries, each with a number of its own, and remembers all that was planted. */
export function createPlanting() {
  const word = `qanary${randomBytes(4).toString('hex')}`;
  const planted: Planted = { word, numbers: new Set(), codes: new Set() };
  let serial = 0;
  const canary = () => {
    serial += 1;
    return `${word}x${String(serial).padStart(4, '0')}`;
  };
  const number = (digits: string) => {
    planted.numbers.add(digits);
    return digits;
  };
  const code = () => {
    const made = String(randomInt(100_000, 1_000_000));
    planted.codes.add(made);
    return made;
  };

  /** With a canary in every name, and a code of its own. */
  function sow({ notbefore: _, expirytime: __, ...event }: NotifyMeEvent): NotifyMeEvent {
    const data = Object.entries(event.data as Record<string, unknown>).map(([name, value]) => {
      if (/En$|device/.test(name)) return [name, canary()];
      if (/Ar$/.test(name)) return [name, `${canary()} نص`];
      return [name, name === 'code' ? code() : value];
    });
    return { ...event, data: Object.fromEntries(data) };
  }

  async function somebody(register: Register, n: number): Promise<Person> {
    const { mail = '', ending, ...kind } = KINDS[n % KINDS.length]!;
    const mobile = `+97336${String(2_000 + n).padStart(4, '0')}${ending ?? '11'}`;
    const who = await person(register, { ...kind, email: `${mail}${canary()}@example.com`, mobile });
    for (const digits of [who.mobile.slice(4), who.subject.split(':')[1]!]) number(digits);
    for (const one of [...codesAt(register, 'sms', mobile), ...codesAt(register, 'email', who.email)])
      planted.codes.add(one);
    return who;
  }

  return {
    ...{ planted, canary, number, code, sow, somebody },
    /** A national number of nobody. */
    stranger: () => `cpr:${number(invent('cpr', 5_000_000 + serial++).split(':')[1]!)}`,
    event: (n: number, subject: string) => sow(eventOf(EXAMPLES[n % EXAMPLES.length]!, subject)),
    /** How many things were planted. */
    count: () => serial + planted.numbers.size + planted.codes.size,
  };
}
