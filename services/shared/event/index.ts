export { type CheckedEvent, checkEvent, type EventContext } from './check-event.ts';
export { compileEventSchema } from './event-schema.ts';
export { type Fault, fault } from './faults.ts';
export { type FirstNotification, firstNotification } from './first-notification.ts';
export { MAX_DEPTH, type ParsedJson, parseJson } from './parse-json.ts';
export { type EventSubject, readSubject } from './read-subject.ts';
