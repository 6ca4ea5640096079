// A channel worker with a planted fault: every tenth message is sent twice.
import { runBroken } from './channels.ts';

let count = 0;

await runBroken((real) => async (request) => {
  count += 1;
  if (count % 10 === 0) await real.send(request);
  return real.send(request);
});
