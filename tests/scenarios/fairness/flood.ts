import type { OutgoingMessage } from '../../../services/shared/kafka/producer.ts';
import { openRuntime } from '../../../services/shared/runtime.ts';
import { readSettings } from '../../../services/shared/settings.ts';
import { invent } from '../../../services/shared/subject/invented.ts';
import { message, read, send } from './messages.ts';

/**
 * The entity that floods its topic, as a process of its own: `flood.ts EVENTS PEOPLE`. Seals everything, prints `ready`,
 * publishes at SIGUSR2 as fast as the broker takes it, prints `published` and ends.
 */
const [events, people] = process.argv.slice(2).map(Number) as [number, number];
const runtime = await openRuntime(readSettings(process.env), 'flood');
const asked = new Promise((resolve) => process.once('SIGUSR2', resolve));
const example = read('sijilat-annual-return-announcement.json');
const messages: OutgoingMessage[] = [];
for (let n = 0; n < events; n++)
  messages.push(await message(runtime, example, `flood-${n}`, invent('cpr', n % people)));
process.stdout.write('ready\n');
await asked;
for (let at = 0; at < events; at += 500) await send(runtime, 'sijilat', messages.slice(at, at + 500));
process.stdout.write('published\n');
await runtime.close();
