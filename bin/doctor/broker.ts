import { consumerGroups } from '../../services/shared/kafka/groups.ts';
import { readLag, readTopics } from '../../services/shared/kafka/lag.ts';
import { allTopics } from '../../services/shared/runtime.ts';
import { topics } from '../../services/shared/topics.ts';
import { tcpFault } from '../reachable.ts';
import { type Check, orOk, wrong } from './finding.ts';

/** Kafka tells no time, so its clock is not compared. */
export const checkBroker: Check = async ({ settings }) => {
  const faults = await Promise.all(settings.KAFKA_BROKERS.map((address) => tcpFault(address)));
  const findings = settings.KAFKA_BROKERS.flatMap((address, n) =>
    faults[n] === null
      ? []
      : [wrong(`${address} does not answer (${faults[n]})`, 'start the broker, or correct KAFKA_BROKERS')],
  );
  return orOk(findings, `${settings.KAFKA_BROKERS.join(', ')} answer(s)`);
};

export const checkTopics: Check = async ({ settings, catalogue, kafka }) => {
  const there = await readTopics(await kafka());
  const wanted = allTopics(topics(settings.TOPIC_PREFIX), catalogue, settings.TOPIC_PARTITIONS);
  const findings = wanted.flatMap(({ topic, partitions }) => {
    const found = there.get(topic);
    if (found === undefined) return [wrong(`${topic} is missing`, 'start any service: it makes missing topics')];
    if (partitions === 1 && found !== 1) {
      return [wrong(`${topic} has ${found} partitions, must have 1`, 'make it anew with one: its offset is a cursor')];
    }
    if (found >= partitions) return [];
    return [wrong(`${topic} has ${found} partitions of ${partitions}`, 'add partitions, or lower TOPIC_PARTITIONS')];
  });
  return orOk(findings, `all ${wanted.length} are there`);
};

export const checkGroups: Check = async ({ settings, catalogue, kafka }) => {
  const groups = await readLag(await kafka(), consumerGroups(settings.TOPIC_PREFIX, catalogue));
  const findings = groups
    .filter(({ members }) => members === 0)
    .map(({ groupId, state, lag }) =>
      wrong(`${groupId} has no member (${state}), ${lag} message(s) wait`, 'start the service that reads it'),
    );
  return orOk(findings, `all ${groups.length} have members`);
};
