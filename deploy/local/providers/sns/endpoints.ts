import { randomUUID } from 'node:crypto';
import { SnsError } from './query.ts';

type Endpoint = { arn: string; service: 'gcm' | 'apns'; attributes: Record<string, string> };

/** The two applications that are there from the start. */
export const LAPTOP_APPLICATIONS = {
  fcm: 'arn:aws:sns:me-south-1:000000000000:app/GCM/notifyme',
  apns: 'arn:aws:sns:me-south-1:000000000000:app/APNS/notifyme',
};

/** Platform applications and endpoints of SNS mobile push, in memory. */
export function createEndpoints({ region, account }: { region: string; account: string }) {
  const applications = new Map<string, 'gcm' | 'apns'>([
    [LAPTOP_APPLICATIONS.fcm, 'gcm'],
    [LAPTOP_APPLICATIONS.apns, 'apns'],
  ]);
  const endpoints = new Map<string, Endpoint>();
  const byToken = new Map<string, Endpoint>();

  const find = (arn: string) => {
    const endpoint = endpoints.get(arn);
    if (!endpoint) throw new SnsError('NotFound', 'Endpoint does not exist', 404);
    return endpoint;
  };

  return {
    createApplication(name: string, platform: string): string {
      if (!/^(GCM|APNS|APNS_SANDBOX)$/.test(platform)) {
        throw new SnsError('InvalidParameter', 'Invalid parameter: Platform Reason: not supported here');
      }
      const arn = `arn:aws:sns:${region}:${account}:app/${platform}/${name}`;
      applications.set(arn, platform === 'GCM' ? 'gcm' : 'apns');
      return arn;
    },
    /** The same token gives the same ARN, unless the user data differs: then SNS refuses. */
    create(applicationArn: string, token: string, userData: string): string {
      const service = applications.get(applicationArn);
      if (!service) throw new SnsError('NotFound', 'PlatformApplication does not exist', 404);
      if (!token) throw new SnsError('InvalidParameter', 'Invalid parameter: Token Reason: cannot be empty');
      const known = byToken.get(`${applicationArn} ${token}`);
      if (!known) {
        const arn = `${applicationArn.replace(':app/', ':endpoint/')}/${randomUUID()}`;
        const endpoint = { arn, service, attributes: { Token: token, Enabled: 'true', CustomUserData: userData } };
        endpoints.set(arn, endpoint);
        byToken.set(`${applicationArn} ${token}`, endpoint);
        return arn;
      }
      if (known.attributes.CustomUserData !== userData || known.attributes.Enabled !== 'true') {
        const reason = `Endpoint ${known.arn} already exists with the same Token, but different attributes.`;
        throw new SnsError('InvalidParameter', `Invalid parameter: Token Reason: ${reason}`);
      }
      return known.arn;
    },
    attributes: (arn: string) => find(arn).attributes,
    setAttributes: (arn: string, attributes: Record<string, string>) =>
      void Object.assign(find(arn).attributes, attributes),
    /** @throws SnsError EndpointDisabled, InvalidParameter for an unknown target. */
    target(arn: string): Endpoint {
      const endpoint = endpoints.get(arn);
      const missing = 'Invalid parameter: TargetArn Reason: No endpoint found for the target arn specified';
      if (!endpoint) throw new SnsError('InvalidParameter', missing);
      if (endpoint.attributes.Enabled !== 'true') throw new SnsError('EndpointDisabled', 'Endpoint is disabled');
      return endpoint;
    },
  };
}

export type Endpoints = ReturnType<typeof createEndpoints>;

/** What a telephone shows of a mobile push message: title and body, whatever the platform's own shape. */
export function readMobilePush(service: 'gcm' | 'apns', message: string, structure: string | null) {
  if (structure !== 'json') return { title: '', body: message, payload: message };
  const parts = parseJson(message, 'Message Structure - JSON message body failed to parse');
  const key = service === 'gcm' ? ['GCM'] : ['APNS', 'APNS_SANDBOX'];
  const payload = key.map((name) => parts[name]).find((part) => typeof part === 'string') ?? parts.default;
  if (typeof payload !== 'string') {
    const reason = 'Message Structure - No default entry in JSON message body';
    throw new SnsError('InvalidParameter', `Invalid parameter: ${reason}`);
  }
  if (payload === parts.default) return { title: '', body: payload, payload };
  const shown = shownPart(service, parseJson(payload, 'Invalid platform payload'));
  return { title: String(shown?.title ?? ''), body: String(shown?.body ?? ''), payload };
}

// biome-ignore lint/suspicious/noExplicitAny: a payload is free JSON; what is read of it is turned into text.
function shownPart(service: 'gcm' | 'apns', payload: any): { title?: unknown; body?: unknown } | undefined {
  if (service === 'gcm') {
    const message = payload?.fcmV1Message?.message ?? payload;
    return message?.notification ?? message?.data;
  }
  const alert = payload?.aps?.alert;
  return typeof alert === 'string' ? { body: alert } : alert;
}

function parseJson(text: string, reason: string): Record<string, unknown> {
  try {
    return JSON.parse(text);
  } catch {
    throw new SnsError('InvalidParameter', `Invalid parameter: ${reason}`);
  }
}
