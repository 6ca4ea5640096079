import { userInfo } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { CHANNELS, isReason, LANGUAGES } from '../contracts/status.ts';

const UNITS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A moment: ISO 8601 with a zone, or how long ago (`90s`, `30m`, `2h`, `3d`). */
export function moment(text: string, now = new Date()): Date {
  const [, amount, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (amount && unit) return new Date(now.getTime() - Number(amount) * UNITS[unit]!);
  const zoned = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))$/.test(text);
  const at = new Date(text);
  if (!zoned || Number.isNaN(at.getTime())) {
    throw new InvalidArgumentError('Give 2026-11-24T09:00:00+03:00, or how long ago: 90s, 30m, 2h, 3d.');
  }
  return at;
}

/** How long, in milliseconds: `90s`, `30m`, `2h`, `3d`. */
export function span(text: string): number {
  const [, amount, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (!amount || !unit || Number(amount) === 0) throw new InvalidArgumentError('Give 90s, 30m, 2h or 3d.');
  return Number(amount) * UNITS[unit]!;
}

/** A whole number of at least `minimum`. */
export const wholeNumber =
  (minimum: number) =>
  (text: string): number => {
    if (!/^\d{1,9}$/.test(text) || Number(text) < minimum) {
      throw new InvalidArgumentError(`Give a whole number of at least ${minimum}.`);
    }
    return Number(text);
  };

/** Ids of a kind, gathered over repeated options. */
export const ids =
  (form: RegExp, example: string) =>
  (text: string, before: string[] = []): string[] => {
    if (!form.test(text)) throw new InvalidArgumentError(`An id looks like ${example}.`);
    return [...before, text];
  };

export function reason(text: string): string {
  if (!isReason(text)) throw new InvalidArgumentError('It is not in contracts/reasons.json.');
  return text;
}

/** A reason for the record: long enough to mean something later. */
export function because(text: string): string {
  if (text.trim().length < 8) throw new InvalidArgumentError('Say why in at least 8 characters; it is kept.');
  return text.trim();
}

export const jsonOption = () => new Option('--json', 'print one JSON document');
export const channelOption = () => new Option('--channel <channel>', 'by which channel').choices(CHANNELS);
export const languageOption = () => new Option('--lang <language>', 'ar or en').choices(LANGUAGES).default('en');
export const becauseOption = () => new Option('--because <text>', 'why; kept with what was done').argParser(because);

/** Who is at the keyboard, for the record. Anybody can set SUDO_USER; only under sudo is it sudo's word. */
export function operator(env: Record<string, string | undefined>): string {
  const { username, uid } = userInfo();
  return (uid === 0 && env.SUDO_USER) || username;
}

export const examples = (command: Command, text: string): Command =>
  command.addHelpText('after', `\nExamples:\n${text.replace(/^/gm, '  ')}`);
