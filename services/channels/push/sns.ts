import { createHash } from 'node:crypto';
import { CreatePlatformEndpointCommand, PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Provider, SendRequest, SendResult } from '../provider.ts';
import { createSnsCaller, type SnsAnswer, type SnsCaller, type SnsOptions } from '../sns/client.ts';
import { payloadFor } from './platforms.ts';

export type SnsPushOptions = SnsOptions & {
  /** ARNs of the SNS platform applications, for endpoints that are registered by their token. */
  applications?: { fcm?: string; apns?: string };
};

type Endpoint = { endpointArn: string } | { platform: 'fcm' | 'apns'; token: string };

/** Endpoints kept in mind, so that a token is registered once a process and not once a notice. */
const KEPT = 10_000;

/** Mobile push by Amazon SNS platform endpoints. `providerRef` is SNS's message id. */
export const createSnsPush = (options: SnsPushOptions): Provider => {
  const sns = createSnsCaller(options);
  const arnOf = createRegistrar(sns, options.applications ?? {});

  const send = async (request: SendRequest): Promise<SendResult> => {
    const endpoint = readEndpoint(request);
    if (!endpoint) return { kind: 'refused', reason: 'endpoint_gone', code: 'EENDPOINT', contact: 'dead' };
    const payload = payloadFor(request);
    if (!payload) return { kind: 'refused', reason: 'too_large', code: 'PayloadLimit', contact: 'keep' };
    const target = 'endpointArn' in endpoint ? endpoint.endpointArn : await arnOf(endpoint);
    if (typeof target !== 'string') return target;
    const command = new PublishCommand({ TargetArn: target, MessageStructure: 'json', ...payload });
    const answer = await sns.call((client) => client.send(command));
    if (!answer.ok) return answer.failure;
    const providerRef = answer.output.MessageId;
    return providerRef ? { kind: 'accepted', providerRef, code: null } : { kind: 'unknown', code: 'NoMessageId' };
  };

  return { name: 'sns-push', channel: 'push', send, close: sns.close };
};

/** A phone is known by its bare token, whose platform is the contact's kind, or by JSON with an endpoint's ARN. */
const readEndpoint = ({ address, addressKind }: SendRequest): Endpoint | null => {
  if (!address.startsWith('{')) {
    const isMobile = addressKind === 'fcm' || addressKind === 'apns';
    return isMobile && address !== '' ? { platform: addressKind, token: address } : null;
  }
  try {
    const { endpointArn, platform, token } = JSON.parse(address);
    if (typeof endpointArn === 'string') return { endpointArn };
    const known = (platform === 'fcm' || platform === 'apns') && typeof token === 'string' && token !== '';
    return known ? { platform, token } : null;
  } catch {
    return null;
  }
};

/** Finds a token's endpoint, which SNS makes on first sight and finds again later. */
const createRegistrar = (sns: SnsCaller, applications: { fcm?: string; apns?: string }) => {
  const kept = new Map<string, string>();

  return async ({ platform, token }: { platform: 'fcm' | 'apns'; token: string }): Promise<string | SendResult> => {
    const application = applications[platform];
    if (!application) return { kind: 'retry', reason: 'provider_misconfigured', code: 'NoPlatformApplication' };
    const key = createHash('sha256').update(`${application} ${token}`).digest('base64url');
    const known = kept.get(key);
    if (known) return known;
    const answer = await register(sns, application, token);
    if (!answer.ok) return beforePublishing(answer.failure);
    if (kept.size >= KEPT) kept.clear();
    kept.set(key, answer.output);
    return answer.output;
  };
};

/** Registering sends nothing, so not to know how it ended is only a reason to try again. */
const beforePublishing = (failure: SendResult): SendResult =>
  failure.kind === 'unknown' ? { kind: 'retry', reason: 'provider_unavailable', code: failure.code } : failure;

const register = (sns: SnsCaller, application: string, token: string): Promise<SnsAnswer<string>> =>
  sns.call(async (client: SNSClient) => {
    const command = new CreatePlatformEndpointCommand({ PlatformApplicationArn: application, Token: token });
    const output = await client.send(command).catch(existing);
    if (!output.EndpointArn) throw new Error('SNS named no endpoint');
    return output.EndpointArn;
  });

/** A token that is known with other attributes, such as disabled, is an error whose message names the endpoint. */
const existing = (error: Error): { EndpointArn: string } => {
  const arn = /Endpoint (arn:\S+) already exists/.exec(error.message)?.[1];
  if (!arn) throw error;
  return { EndpointArn: arn };
};
