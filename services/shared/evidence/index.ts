export { classifyDsn, classifyFailure, type DsnRecipient, effectiveStatus } from './dsn.ts';
export { type Classification, classified, type Effect, effectOf } from './effect.ts';
export { concerns, type Evidence, readEvidence, writeEvidence } from './evidence.ts';
export { classifyFeedback } from './feedback.ts';
export { classifyInbound } from './inbound.ts';
export { classifySesBounce, classifySesComplaint, classifySesEvent, type SesBounce } from './ses.ts';
export { classifySnsPush, classifySnsSms } from './sns.ts';
