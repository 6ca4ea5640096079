// A channel worker with a planted fault: the result is stored, and the offset committed, before the message is sent.
import { runBroken } from './channels.ts';

const LATE_MS = 1_500;

await runBroken((real) => async (request) => {
  setTimeout(() => void real.send(request), LATE_MS);
  return { kind: 'accepted', providerRef: `planted-${request.deliveryId}`, code: null };
});
