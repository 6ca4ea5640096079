import * as oidc from 'openid-client';

/** What a sign-in under way must remember (RFC 6749 state, RFC 7636 verifier, OpenID Connect nonce). */
export type SignInMemory = { state: string; nonce: string; verifier: string };

export type SignInClient = {
  issuer: URL;
  clientId: string;
  clientSecret: string;
  /** A claim that must be there; when the ID token lacks it, the provider is asked for more. */
  claim: string;
  /** `acr_values` of a sign-in, and of a stronger one; empty asks for none. */
  acr: string;
  strongerAcr: string;
  /** Where the provider sends people back to, and where it sends them when they have signed out. */
  callback: URL;
  signedOut: URL;
};

export type SignInService = {
  /** Where to send the person, and what to remember until they come back. */
  begin(wish: {
    language: string;
    stronger: boolean;
    /** Whoever signed in before on this device does not count: the device is everybody's. */
    anew?: boolean;
  }): Promise<{ url: URL; memory: SignInMemory }>;
  /** The verified claims behind the answer that the person came back with; throws when anything does not fit. */
  finish(answer: URL, memory: SignInMemory): Promise<{ claims: Record<string, unknown>; idToken: string }>;
  /** Where to end the session at the provider too (OpenID Connect RP-Initiated Logout), or null when it cannot. */
  leave(idToken: string, language: string): Promise<URL | null>;
};

/** A moment for the person to come back; so old may a sign-in be that was asked for as a new one. */
const NEW_WITHIN_SECONDS = 60;

/**
 * A sign-in by OpenID Connect: authorization code flow with PKCE, state and nonce. The provider's
 * description is fetched at the first sign-in, not at start, so that a provider that is away stops nothing else.
 */
export function createSignInService(settings: SignInClient): SignInService {
  const provider = createProvider(settings);
  return {
    async begin({ language, stronger, anew = false }) {
      const acr = stronger ? settings.strongerAcr : settings.acr;
      const memory = {
        state: oidc.randomState(),
        nonce: oidc.randomNonce(),
        verifier: oidc.randomPKCECodeVerifier(),
      };
      const url = oidc.buildAuthorizationUrl(await provider(), {
        redirect_uri: settings.callback.href,
        scope: 'openid',
        state: memory.state,
        nonce: memory.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(memory.verifier),
        code_challenge_method: 'S256',
        ui_locales: language,
        ...(acr !== '' && { acr_values: acr }),
        ...(anew && { prompt: 'login' }),
        ...(stronger && { max_age: String(NEW_WITHIN_SECONDS) }),
      });
      return { url, memory };
    },
    async finish(answer, { state, nonce, verifier }) {
      const config = await provider();
      const tokens = await oidc.authorizationCodeGrant(config, answer, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims()!;
      const more =
        claims[settings.claim] === undefined ? await oidc.fetchUserInfo(config, tokens.access_token, claims.sub) : {};
      return { claims: { ...more, ...claims }, idToken: tokens.id_token! };
    },
    async leave(idToken, language) {
      const config = await provider();
      if (!config.serverMetadata().end_session_endpoint) return null;
      return oidc.buildEndSessionUrl(config, {
        id_token_hint: idToken,
        post_logout_redirect_uri: settings.signedOut.href,
        ui_locales: language,
      });
    },
  };
}

/** The provider's description, fetched once; a failure is forgotten, so that the next sign-in tries again. */
function createProvider({ issuer, clientId, clientSecret }: SignInClient): () => Promise<oidc.Configuration> {
  // Only a provider on this machine may speak http.
  const isLocal = issuer.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(issuer.hostname);
  const options = isLocal ? { execute: [oidc.allowInsecureRequests] } : undefined;
  let found: Promise<oidc.Configuration> | null = null;
  return () => {
    found ??= oidc
      .discovery(issuer, clientId, { client_secret: clientSecret }, undefined, options)
      .catch((error: unknown) => {
        found = null;
        throw error;
      });
    return found;
  };
}
