import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';
import { CONSOLE_CLIENT, configuration } from './configuration.ts';
import { createInteractions } from './interactions.ts';
import type { IdentityPerson } from './person.ts';

export type LocalIdentityOptions = {
  host?: string;
  /** 0 takes a free one. */
  port?: number;
  people: IdentityPerson[];
};

type Client = { clientId: string; clientSecret: string };
export type LocalIdentity = Client & { issuer: string; console: Client; stop(): Promise<void> };

/**
 * The national sign-in of a laptop: a certified OpenID provider with invented people and no passwords. Whoever can
 * reach it can be any of them, so it listens on this machine only.
 */
export async function startLocalIdentity({
  host = '127.0.0.1',
  port = 0,
  people,
}: LocalIdentityOptions): Promise<LocalIdentity> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const portal = newClient('notifyme-portal');
  const console = newClient(CONSOLE_CLIENT);
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const issuer = `http://${host}:${(server.address() as AddressInfo).port}`;
  const keys = [{ ...(await exportJWK(privateKey)), use: 'sig', alg: 'RS256', kid: 'local' }];
  const provider = new Provider(issuer, configuration({ people, portal, console, keys }));
  const interactions = createInteractions(provider, people);
  const oidc = provider.callback();
  server.on('request', (req, res) => {
    if (!req.url?.startsWith('/interaction/')) return oidc(req, res);
    interactions(req, res).catch(() =>
      res.writeHead(400, { 'content-type': 'text/plain' }).end('This sign-in is over.'),
    );
  });
  return {
    issuer,
    ...portal,
    console,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const newClient = (clientId: string): Client => ({ clientId, clientSecret: randomBytes(24).toString('base64url') });
