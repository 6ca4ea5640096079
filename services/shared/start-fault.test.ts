import { expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { startFault } from './start-fault.ts';

const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error) => error,
  );

it('says in one sentence that the database is away, without its address', async () => {
  const uri = 'mongodb://user:pass@127.0.0.1:1/';
  const error = await errorOf(mongoose.createConnection(uri, { serverSelectionTimeoutMS: 100 }).asPromise());
  expect(startFault(error)).toEqual({ code: 69, text: expect.stringContaining('MONGODB_URI') });
  expect(startFault(error)?.text).not.toMatch(/127\.0\.0\.1|pass/);
});

it.each(['KafkaJSConnectionError', 'KafkaJSNumberOfRetriesExceeded'])(
  'says in one sentence that the broker is away: %s',
  (name) => {
    const error = Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:9092'), { name });
    expect(startFault(error)).toEqual({ code: 69, text: expect.stringContaining('KAFKA_BROKERS') });
  },
);

it('leaves a fault of ours its stack', () => {
  expect(startFault(new TypeError('x is not a function'))).toBe(null);
});
