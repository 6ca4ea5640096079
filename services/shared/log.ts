import { type Logger as PinoLogger, pino } from 'pino';

/** The only fields a log line may carry: ids, codes, counts and places; nothing that names or reaches a person. */
export type LogFields = {
  event: string;
  detail?: string;
  service?: string;
  topic?: string;
  partition?: number;
  offset?: string;
  entity?: string;
  type?: string;
  channel?: string;
  lane?: string;
  provider?: string;
  notificationId?: string;
  deliveryId?: string;
  receiptId?: string;
  code?: string;
  reason?: string;
  status?: number | string;
  method?: string;
  route?: string;
  count?: number;
  tries?: number;
  ms?: number;
  port?: number;
  traceId?: string;
  /** Lines of our own files, nearest first. */
  at?: string;
};

const ALLOWED = new Set([
  'event',
  'detail',
  'service',
  'topic',
  'partition',
  'offset',
  'entity',
  'type',
  'channel',
  'lane',
  'provider',
  'notificationId',
  'deliveryId',
  'receiptId',
  'code',
  'reason',
  'status',
  'method',
  'route',
  'count',
  'tries',
  'ms',
  'port',
  'traceId',
  'at',
]);

export type Logger = { [level in 'debug' | 'info' | 'warn' | 'error']: (fields: LogFields) => void };

/** A JSON logger on stderr. Fields outside the allow-list are dropped even when the types are got around. */
export function createLogger(service: string, level = 'info', destination = pino.destination(2)): Logger {
  const base: PinoLogger = pino({ level, base: { service }, timestamp: pino.stdTimeFunctions.isoTime }, destination);
  const at = (name: 'debug' | 'info' | 'warn' | 'error') => (fields: LogFields) => base[name](allowed(fields));
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** A logger that keeps quiet, for tools and tests. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };

function allowed(fields: LogFields) {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => ALLOWED.has(name)));
}
