import type { Request, Response } from 'express';
import { languageOf, Problem, problem } from '../shared/http/problem.ts';
import { unavailable } from '../shared/http/refuse.ts';
import type { Caller } from '../shared/keys.ts';
import { type Accepted, acceptBatch, type Prepared } from './accept.ts';
import { type Batcher, createBatcher } from './batcher.ts';
import type { IngestDeps } from './deps.ts';
import { type Envelope, type Mode, readEnvelope } from './envelope.ts';
import { prepareEvent } from './prepare.ts';
import { createQuotas } from './quota.ts';

type Batch = Extract<Envelope, { mode: 'batch' }>;

/** The handler of POST /v1/events: read, judge, store, produce, answer. */
export function createPublish(deps: IngestDeps & { now: () => Date }) {
  // One queue an entity: the flood or the broken topic of one does not delay another.
  const batchers = new Map<string, Batcher<Prepared, Accepted>>();
  const quotas = createQuotas(() => deps.now().getTime());

  return async function publish(req: Request, res: Response): Promise<void> {
    const { caller, mode } = res.locals as { caller: Caller; mode: Mode };
    const envelope = readEnvelopeCounted(mode, req, caller);
    if (envelope.mode === 'batch') return answerBatch(req, res, envelope, caller);
    const [taken] = await takeAll([envelope.event], req, caller);
    if (taken?.status !== 'fulfilled') throw asProblem(taken?.reason);
    const accepted = taken.value;
    answer(res, accepted.duplicate ? 200 : 202, describe(accepted));
  };

  function readEnvelopeCounted(mode: Mode, req: Request, caller: Caller): Envelope {
    try {
      return readEnvelope(mode, req);
    } catch (error) {
      count(caller, asProblem(error).code);
      throw error;
    }
  }

  /** All are judged, sealed and queued in the order in which they came: the notices of one recipient must not change places. */
  async function takeAll(events: unknown[], req: Request, caller: Caller): Promise<PromiseSettledResult<Accepted>[]> {
    const requestTrace = req.get('traceparent');
    const { quotaPerMinute } = deps.catalogue.entities.find(({ entity }) => entity === caller.entity)?.grants ?? {};
    const settled = await Promise.allSettled(
      events.map(async (event) => {
        spend(caller, quotaPerMinute);
        if (event instanceof Problem) throw event;
        return batcherOf(caller.entity).add(prepareEvent(event, caller, requestTrace, deps));
      }),
    );
    const results = Object.groupBy(settled, (one) =>
      one.status === 'rejected' ? asProblem(one.reason).code : one.value.duplicate ? 'duplicate' : 'accepted',
    );
    for (const [result, { length }] of Object.entries(results)) count(caller, result, length);
    return settled;
  }

  /** 202 when all were taken, 207 when one was not, 200 for none; 503 or 429 when the platform or the quota took none. */
  async function answerBatch(req: Request, res: Response, { events }: Batch, caller: Caller): Promise<void> {
    const settled = await takeAll(events, req, caller);
    const problems = settled.flatMap((one) => (one.status === 'rejected' ? [asProblem(one.reason)] : []));
    if (problems.length === events.length && problems.some(({ code }) => code === 'unavailable')) throw unavailable();
    if (problems.length > 0 && problems.length === events.length && problems.every(isOverQuota)) throw problems[0]!;
    const items = settled.map((one, index) =>
      one.status === 'fulfilled'
        ? { index, ...describe(one.value) }
        : { index, status: 'refused', problem: asItem(asProblem(one.reason), languageOf(req)) },
    );
    answer(res, events.length === 0 ? 200 : problems.length === 0 ? 202 : 207, { items });
  }

  /** Whatever comes counts, also what is refused or was there before: judging it costs as much. */
  function spend({ entity, kind }: Caller, quotaPerMinute: number | undefined): void {
    const taken = quotas.take(`${entity} ${kind}`, quotaPerMinute);
    if (taken.ok) return;
    const { retryAfterSeconds } = taken;
    throw problem('quota_exceeded', { retryAfterSeconds, extra: { quotaPerMinute } });
  }

  function batcherOf(entity: string): Batcher<Prepared, Accepted> {
    const known = batchers.get(entity);
    if (known) return known;
    const { ledger, producer, topics, metrics, log, sendTimeoutMs = 10_000 } = deps;
    const made = createBatcher<Prepared, Accepted>({
      bytesOf: ({ bytes }) => bytes,
      async run(items, turn) {
        metrics.ingestBatch.observe(items.length);
        try {
          return await acceptBatch(items, turn, { ledger, producer, topic: topics.events(entity), sendTimeoutMs });
        } catch (error) {
          const { code, name } = error as { code?: string; name?: string };
          log.error({ event: 'accept_failed', entity, count: items.length, code: String(code ?? name) });
          throw unavailable();
        }
      },
    });
    batchers.set(entity, made);
    return made;
  }

  function count({ entity }: Caller, result: string, events = 1): void {
    deps.metrics.ingestEvents.inc({ entity, result }, events);
  }
}

/** What express's `json` would send, without a hash of it: no cache keeps the answer to a POST. */
function answer(res: Response, status: number, body: object): void {
  res.status(status).type('application/json').end(JSON.stringify(body));
}

const isOverQuota = ({ code }: Problem): boolean => code === 'quota_exceeded';

const describe = ({ id, duplicate }: Accepted) => ({ id, status: duplicate ? 'duplicate' : 'accepted' });

/** Overload is the platform's trouble; anything else that is no problem document is a fault of ours. */
function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return (error as { code?: string }).code === 'overload' ? unavailable() : problem('internal');
}

function asItem({ details }: Problem, language: 'en' | 'ar') {
  const { status, code, title, detail, errors, retryable = false, extra } = details;
  const told = errors?.map(({ pointer, code: faultCode, message }) => ({
    pointer,
    code: faultCode,
    message: typeof message === 'string' ? message : message[language],
  }));
  return {
    type: `/problems/${code}`,
    title: title[language],
    status,
    code,
    retryable,
    ...(detail && { detail: detail[language] }),
    ...(told && { errors: told }),
    ...extra,
  };
}
