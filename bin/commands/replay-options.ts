import { Argument, Option } from 'commander';
import { FASTEST } from '../../services/console/replay/types.ts';
import { ids, wholeNumber } from '../arguments.ts';

/** The setting REPLAY_COUNT_FROM says from which number on. */
export const yesOption = () => new Option('--yes', 'send, if they are few (below 100, unless set otherwise)');
export const confirmOption = () =>
  new Option('--confirm <count>', 'send, if exactly so many would be sent').argParser(wholeNumber(0));
export const rateOption = () =>
  new Option('--rate <n>', 'so many a second; else the setting').argParser((text) =>
    Math.min(FASTEST, wholeNumber(1)(text)),
  );
export const watchOption = () => new Option('--watch', 'stay until it ends, and help with the work');
export const jobArgument = () =>
  new Argument('<job>', 'j_...').argParser((text: string) => ids(/^j_[0-9a-f]{32}$/, 'j_<32 hex>')(text)[0]!);
