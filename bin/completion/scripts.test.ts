import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { buildProgram } from '../program.ts';
import type { Run } from '../run.ts';
import { SHELLS, scriptFor } from './scripts.ts';
import { treeOf } from './tree.ts';

const tree = treeOf(buildProgram((() => async () => {}) as Run, { out: () => {}, err: () => {} }));

/** What bash offers after these words; the last one is being typed. */
function offered(...words: string[]): string[] {
  const script = `${scriptFor('bash', tree)}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _notifyme; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const out = execFileSync('bash', ['-c', script, 'bash', 'notifyme', ...words], { encoding: 'utf8' });
  return out.split('\n').filter(Boolean);
}

describe('completion', () => {
  it('offers commands, subcommands, options and their choices in bash', () => {
    expect(offered('re')).toEqual(['replay', 'resume']);
    expect(offered('dead-letters', 'r')).toEqual(['replay']);
    expect(offered('keys', '')).toEqual(['create', 'list', 'rotate', 'revoke', '--help']);
    expect(offered('replay', '--ch')).toEqual(['--channel']);
    expect(offered('replay', '--channel', '')).toEqual(['sms', 'email', 'push']);
    expect(offered('keys', 'create', '--entity', 'sijilat', '--kind', 'l')).toEqual(['live']);
    expect(offered('completion', '')).toEqual([...SHELLS, '--help']);
  });

  it('leaves a value without choices to the shell', () => {
    expect(offered('replay', '--because', '')).toEqual([]);
  });

  it.each(SHELLS)('knows every command and option in %s', (shell) => {
    const script = scriptFor(shell, tree);
    for (const { children, flags } of tree) {
      for (const { name } of children) expect(script).toContain(name);
      for (const { long } of flags) expect(script).toMatch(new RegExp(`(${long}|-l ${long.slice(2)})\\b`));
    }
  });

  it.each(SHELLS)('closes every quote in %s, so that no description is run', (shell) => {
    const unclosed = scriptFor(shell, tree)
      .split('\n')
      .filter((line) => !line.startsWith('#') && line.split("'").length % 2 === 0);
    expect(unclosed).toEqual([]);
  });
});
