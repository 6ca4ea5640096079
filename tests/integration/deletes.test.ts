import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from '@jest/globals';
import express from 'express';
import { createSessions, end } from '../../services/shared/web/sessions.ts';
import { type createWebhook, removeWebhook } from '../../services/webhooks/store.ts';
import { useOwnLedger } from '../support/own-ledger.ts';

/** Enough that a delete that misses one in six, as a single delete does, is all but certain to be seen. */
const ROUNDS = 60;

const held = useOwnLedger('deletes');

/** Updates the documents of a collection, one update after the other, while `step` runs. */
async function whileUpdated<T>(name: string, step: () => Promise<T>): Promise<T> {
  const collection = held.ledger.connection.collection<{ _id: string }>(name);
  let going = true;
  const updates = (async () => {
    for (let n = 0; going; n++) await collection.updateMany({}, { $set: { leaseUntil: new Date(n) } });
  })();
  try {
    await new Promise(setImmediate);
    return await step();
  } finally {
    going = false;
    await updates;
  }
}

it('removes an endpoint whose worker claims it at that moment, each time', async () => {
  const deps = { ledger: held.ledger } as Parameters<typeof createWebhook>[1];
  const collection = held.ledger.webhooks.collection;
  for (let n = 0; n < ROUNDS; n++) {
    await collection.insertOne({ _id: `w_${n}`, entity: 'sijilat', slot: n } as never);
    expect(await whileUpdated('webhooks', () => removeWebhook('sijilat', `w_${n}`, deps))).toBe(true);
    expect(await collection.countDocuments()).toBe(0);
  }
});

it('ends a session that another request of the same browser touches at that moment, each time', async () => {
  const options = {
    ledger: held.ledger,
    collection: 'sessions',
    cookie: 's',
    key: 'invented',
    secure: false,
    idleMinutes: 10,
  };
  const app = express();
  app.use((await createSessions(options)).handler);
  app.post('/in', (req, res) => {
    Object.assign(req.session, { person: 'invented' });
    res.end();
  });
  app.post('/out', async (req, res) => {
    await end(req);
    res.end();
  });
  const server = createServer(app);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    for (let n = 0; n < ROUNDS; n++) {
      const signedIn = await fetch(`${url}/in`, { method: 'POST' });
      // The last byte of an answer follows when the session is stored.
      await signedIn.text();
      const cookie = signedIn.headers.getSetCookie()[0]!.split(';')[0]!;
      const out = () => fetch(`${url}/out`, { method: 'POST', headers: { cookie } });
      expect((await whileUpdated('sessions', out)).status).toBe(200);
      expect(await held.ledger.connection.collection('sessions').countDocuments()).toBe(0);
    }
  } finally {
    server.close();
    server.closeAllConnections();
  }
});
