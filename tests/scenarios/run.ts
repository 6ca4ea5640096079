import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** `npm run scenario -- NAME`: each plays one story on real servers, prints numbers and ends with 1 when one is missed. */
const SCENARIOS = {
  failover: 'The first SMS provider swallows everything for a while; texts go by the second, mail does not notice.',
  announcement: 'One announcement to 100,000 people while the router is killed twice; each person gets exactly one.',
  fairness: 'One entity floods its topic with 20,000 notices; those of another take no longer for it.',
};

const [name = ''] = process.argv.slice(2);
if (Object.hasOwn(SCENARIOS, name) && existsSync(join(import.meta.dirname, `${name}.ts`))) {
  await import(`./${name}.ts`);
} else {
  const lines = Object.entries(SCENARIOS).map(([one, says]) => `  ${one.padEnd(14)}${says}`);
  process.stderr.write(`npm run scenario -- NAME\n\n${lines.join('\n')}\n`);
  process.exit(name === '' || name === '--help' ? 0 : 64); // EX_USAGE of sysexits.h
}
