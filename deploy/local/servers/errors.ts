export type ServerName = 'kafka' | 'mongodb' | 'moto';

export type SetupCode =
  | 'ADDRESS_MISSING'
  | 'ENGINE_SILENT'
  | 'CONTAINER_FAILED'
  | 'UNKNOWN_WAY'
  | 'JAVA_MISSING'
  | 'MAVEN_MISSING'
  | 'GO_MISSING'
  | 'PYTHON_MISSING'
  | 'MMDEBSTRAP_MISSING'
  | 'ROOT_NEEDED'
  | 'LINUX_NEEDED'
  | 'DOWNLOAD_FAILED'
  | 'CACHE_LOCKED'
  | 'PORT_TAKEN'
  | 'DATA_IN_USE'
  | 'NOT_READY';

const retryableCodes: ReadonlySet<SetupCode> = new Set([
  'DOWNLOAD_FAILED',
  'CACHE_LOCKED',
  'PORT_TAKEN',
  'DATA_IN_USE',
  'NOT_READY',
]);

const address: Record<ServerName, string> = {
  kafka: 'set KAFKA_BROKERS (host:port, comma separated) to a Kafka that runs',
  mongodb: 'set MONGODB_URI (mongodb://host:port) to a MongoDB server that runs',
  moto: 'set NOTIFYME_MOTO_ENDPOINT (http://host:port) to a moto server that runs',
};

const toInstall: Record<ServerName, string> = {
  kafka: 'Java 17 or newer and Maven (Debian: apt-get install default-jre-headless maven)',
  mongodb: 'on Linux and as root: Go 1.24 or newer and mmdebstrap (Debian: apt-get install golang-go mmdebstrap)',
  moto: 'Python 3.10 or newer with venv (Debian: apt-get install python3-venv)',
};

/**
 * Something that the servers of a laptop need cannot be had. The message is one sentence that says what is missing,
 * then the three ways on, then the last lines of a log where there is one. `retryable` is true where the same call may
 * succeed later (network, ports, a lock), false where somebody must install or set something first.
 */
export class SetupError extends Error {
  readonly code: SetupCode;
  readonly server: ServerName;
  readonly retryable: boolean;

  constructor(code: SetupCode, server: ServerName, sentence: string, log = '') {
    super([sentence, ...waysOn(server), ...(log ? ['The last lines of its log:', indent(log)] : [])].join('\n'));
    this.name = 'SetupError';
    this.code = code;
    this.server = server;
    this.retryable = retryableCodes.has(code);
  }
}

function waysOn(server: ServerName): string[] {
  const engine =
    server === 'moto'
      ? ''
      : `start a Docker engine that this user may use (docker info must answer), then run it again`;
  return [
    'Ways on:',
    `  - ${address[server]};`,
    ...(engine ? [`  - or ${engine};`] : []),
    `  - or install what local servers need: ${toInstall[server]}.`,
  ];
}

function indent(text: string): string {
  return text.trimEnd().replaceAll(/^/gm, '  | ');
}
