#!/usr/bin/env node
import { muteTimerWarning, processIo } from './io.ts';
import { main } from './program.ts';

muteTimerWarning();
process.exitCode = await main(process.argv.slice(2), processIo());
