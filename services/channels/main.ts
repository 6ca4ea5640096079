import { CHANNELS, type Channel } from '../../contracts/status.ts';
import { runService } from '../shared/run.ts';
import { wireChannels } from './wire.ts';

// `node services/channels/main.ts sms email`: only these channels; all when none is named.
const named = process.argv.slice(2) as Channel[];
const unknown = named.filter((channel) => !CHANNELS.includes(channel));
if (unknown.length > 0) throw new Error(`Unknown channel ${unknown.join(', ')}: there are ${CHANNELS.join(', ')}.`);

await runService(['channels', ...named].join('-'), wireChannels(named.length > 0 ? named : CHANNELS));
