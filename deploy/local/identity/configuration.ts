import { randomBytes } from 'node:crypto';
import { interactionPolicy, type KoaContext } from 'oidc-provider';
import { createMemory } from './memory.ts';
import { languageOf, logoutPage, messagePage } from './pages.ts';
import type { IdentityPerson } from './person.ts';

type Client = { clientId: string; clientSecret: string };
type Parts = { people: IdentityPerson[]; portal: Client; console: Client; keys: object[] };

/** The console's name here: its sign-in offers people who work with it, the portal's offers citizens. */
export const CONSOLE_CLIENT = 'notifyme-console';

/** The provider's configuration: confidential clients on this machine, PKCE required, no consent to ask for. */
export function configuration({ people, portal, console, keys }: Parts): object {
  return {
    adapter: createMemory(),
    clients: [client(portal, ''), client(console, '/console')],
    jwks: { keys },
    cookies: { keys: [randomBytes(24).toString('base64url')] },
    acrValues: ['low', 'substantial'],
    claims: { openid: ['sub', 'name', 'role', 'roles', 'entity'], acr: null, auth_time: null },
    // Roles stand in the ID token, as the national sign-in does it.
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx: KoaContext, form: string) =>
          show(ctx, logoutPage(languageOf(ctx.oidc.params.ui_locales), form)),
        postLogoutSuccessSource: (ctx: KoaContext) => show(ctx, messagePage(languageOf(undefined), 'signedOut')),
      },
    },
    interactions: { policy: policy(people), url: (_ctx: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_ctx: unknown, id: string) => {
      const found = people.find(({ subject }) => subject === id);
      if (!found) return undefined;
      const { subject: sub, ...claims } = found;
      return { accountId: id, claims: () => ({ sub, ...claims }) };
    },
    loadExistingGrant,
    renderError: (ctx: KoaContext) => show(ctx, messagePage(languageOf(undefined), 'failed')),
    ttl: { Session: 3600, Interaction: 900, Grant: 3600, IdToken: 600, AccessToken: 600, AuthorizationCode: 60 },
  };
}

const client = ({ clientId, clientSecret }: Client, base: string) => ({
  client_id: clientId,
  client_secret: clientSecret,
  grant_types: ['authorization_code'],
  response_types: ['code'],
  // A native client's loopback address may have any port (RFC 8252, section 7.3): ours is not known yet.
  application_type: 'native',
  redirect_uris: loopback(`${base}/sign-in/callback`),
  post_logout_redirect_uris: loopback(`${base}/signed-out`),
  require_auth_time: true,
});

const loopback = (path: string) => ['127.0.0.1', 'localhost'].map((host) => `http://${host}${path}`);

/** Whether somebody of the list belongs to a client: those with roles to the console, everybody else to the portal. */
export const belongsTo = (clientId: string | undefined, { roles }: IdentityPerson): boolean =>
  (roles !== undefined) === (clientId === CONSOLE_CLIENT);

/** Asks again when a stronger sign-in is wanted than the one that there was, or it was for the other client's people. */
function policy(people: IdentityPerson[]) {
  const { base, Check } = interactionPolicy;
  const prompts = base();
  prompts.remove('consent');
  prompts.get('login').checks.add(
    new Check('stronger', 'a stronger sign-in is asked for', ({ oidc }) => {
      const wanted = (oidc.params.acr_values ?? '').split(' ').filter(Boolean);
      const had = oidc.result?.login?.acr ?? oidc.acr ?? '';
      return wanted.length === 0 || wanted.includes(had) || had === 'substantial'
        ? Check.NO_NEED_TO_PROMPT
        : Check.REQUEST_PROMPT;
    }),
  );
  prompts.get('login').checks.add(
    new Check('other_people', 'somebody of the other client is signed in', ({ oidc }) => {
      const accountId = oidc.result?.login?.accountId ?? oidc.session.accountId;
      const person = people.find(({ subject }) => subject === accountId);
      return person && !belongsTo(oidc.client.clientId, person) ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT;
    }),
  );
  return prompts;
}

async function loadExistingGrant({ oidc }: KoaContext) {
  const { clientId } = oidc.client;
  const grant = new oidc.provider.Grant({ clientId, accountId: oidc.session.accountId });
  grant.addOIDCScope('openid');
  await grant.save();
  return grant;
}

function show(ctx: KoaContext, html: string): void {
  ctx.type = 'html';
  ctx.body = html;
}
