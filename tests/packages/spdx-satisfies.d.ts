declare module 'spdx-satisfies' {
  /** Whether an SPDX expression can be met by the licences in the list; throws when it is no expression. */
  export default function satisfies(expression: string, allowed: string[]): boolean;
}
