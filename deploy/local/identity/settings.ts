import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { invent } from '../../../services/shared/subject/invented.ts';
import { PEOPLE } from '../demo/people.ts';
import { freePorts } from '../servers/ports.ts';
import { readOrCreate } from '../state.ts';
import { type LocalIdentity, startLocalIdentity } from './index.ts';
import type { IdentityPerson } from './person.ts';

type Env = Record<string, string | undefined>;

/** An invented officer of a service centre, who may register visitors. */
export const DESK_OFFICER: IdentityPerson = { name: 'Dana (service desk)', subject: invent('cpr', 90), role: 'desk' };

/** The invented people of the demo, as they sign in. */
export const IDENTITY_PEOPLE: IdentityPerson[] = [
  ...Object.values(PEOPLE).map(({ name, subject }) => ({ name, subject })),
  DESK_OFFICER,
];

const atWork = (login: string, name: string, role: string, entity?: string): IdentityPerson => ({
  name,
  subject: `${login}@notifyme.example`,
  roles: [role],
  ...(entity && { entity }),
});

/** Invented people who work with the console, one a role; two operators, as some acts want a second person. */
export const CONSOLE_PEOPLE = {
  viewer: atWork('viewer', 'Vera (viewer)', 'viewer'),
  operator: atWork('operator', 'Omar (operator)', 'operator'),
  operator2: atWork('operator2', 'Olga (operator)', 'operator'),
  approver: atWork('approver', 'Aisha (approver)', 'approver'),
  entityadmin: atWork('entityadmin', 'Essa (entity administrator)', 'entity_admin', 'sijilat'),
  privacy: atWork('privacy', 'Parvin (privacy officer)', 'privacy_officer'),
  desk: atWork('desk', 'Dina (desk officer)', 'desk'),
} as const;

/**
 * The sign-in of a laptop and the settings that lead the portal to it. Without one when `env` names an issuer, or an
 * empty one to have no portal. The portal must know its own address before it listens, so a free port is chosen here.
 */
export async function laptopIdentity(
  env: Env,
  stateDir: string,
  people = [...IDENTITY_PEOPLE, ...Object.values(CONSOLE_PEOPLE)],
): Promise<{ identity: LocalIdentity | null; env: Env }> {
  const port = !env.PORT || env.PORT === '0' ? String((await freePorts(1))[0]) : env.PORT;
  const place = { PORT: port, PUBLIC_URL: env.PUBLIC_URL || `http://127.0.0.1:${port}` };
  if (env.OIDC_ISSUER !== undefined) return { identity: null, env: place };
  const identity = await startLocalIdentity({ people });
  const { key } = await readOrCreate(join(stateDir, 'session.json'), async () => ({
    key: randomBytes(32).toString('base64url'),
  }));
  return {
    identity,
    env: {
      ...place,
      OIDC_ISSUER: identity.issuer,
      OIDC_CLIENT_ID: identity.clientId,
      OIDC_CLIENT_SECRET: identity.clientSecret,
      CONSOLE_CLIENT_ID: identity.console.clientId,
      CONSOLE_CLIENT_SECRET: identity.console.clientSecret,
      SESSION_KEY: key,
    },
  };
}
