/**
 * An invented person who can sign in; `subject` is a national number with its kind, such as `cpr:...`, or the login name
 * of somebody who works with the console, whose `roles` (and `entity`) it is given.
 */
export type IdentityPerson = { name: string; subject: string; role?: 'desk'; roles?: string[]; entity?: string };
