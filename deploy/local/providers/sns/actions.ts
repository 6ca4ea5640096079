import { createEndpoints } from './endpoints.ts';
import { type PublishDeps, publishPush, publishSms } from './publish.ts';
import { entriesXml, escapeXml, readEntries, SnsError } from './query.ts';

const ACCOUNT = '123456789012';

type ActionDeps = { region: string; sentNumbers(): string[] } & Omit<PublishDeps, 'endpoints' | 'optedIn'>;

/** The SNS actions that this server knows: query form in, XML of the result out. */
export function createActions({ region, sentNumbers, ...rest }: ActionDeps) {
  const endpoints = createEndpoints({ region, account: ACCOUNT });
  const optedIn = new Set<string>();
  const publishing = { ...rest, endpoints, optedIn };
  const isOptedOut = (number: string) => number.endsWith('99') && !optedIn.has(number);

  const actions: Record<string, (form: URLSearchParams) => string> = {
    Publish(form) {
      const id = form.has('PhoneNumber') ? publishSms(form, publishing) : publishPush(form, publishing);
      return `<MessageId>${id}</MessageId>`;
    },
    CreatePlatformApplication(form) {
      const arn = endpoints.createApplication(needed(form, 'Name'), needed(form, 'Platform'));
      return `<PlatformApplicationArn>${escapeXml(arn)}</PlatformApplicationArn>`;
    },
    CreatePlatformEndpoint(form) {
      const application = needed(form, 'PlatformApplicationArn');
      const arn = endpoints.create(application, needed(form, 'Token'), form.get('CustomUserData') ?? '');
      return `<EndpointArn>${escapeXml(arn)}</EndpointArn>`;
    },
    GetEndpointAttributes: (form) => entriesXml('Attributes', endpoints.attributes(needed(form, 'EndpointArn'))),
    SetEndpointAttributes(form) {
      endpoints.setAttributes(needed(form, 'EndpointArn'), readEntries(form, 'Attributes'));
      return '';
    },
    CheckIfPhoneNumberIsOptedOut: (form) => `<isOptedOut>${isOptedOut(needed(form, 'phoneNumber'))}</isOptedOut>`,
    OptInPhoneNumber(form) {
      optedIn.add(needed(form, 'phoneNumber'));
      return '';
    },
    ListPhoneNumbersOptedOut() {
      const members = [...new Set(sentNumbers())].filter(isOptedOut).map((number) => `<member>${number}</member>`);
      return `<phoneNumbers>${members.join('')}</phoneNumbers>`;
    },
  };

  /** @throws SnsError when the action is unknown or refuses. */
  return function act(action: string, form: URLSearchParams): string {
    const work = Object.hasOwn(actions, action) ? actions[action] : undefined;
    if (!work) throw new SnsError('InvalidAction', 'The action is not valid for this web service');
    return work(form);
  };
}

function needed(form: URLSearchParams, name: string): string {
  const value = form.get(name);
  if (!value) throw new SnsError('InvalidParameter', `Invalid parameter: ${name} Reason: no value`);
  return value;
}
