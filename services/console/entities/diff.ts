import { structuredPatch } from 'diff';
import type { EntityPackage } from '../../shared/entities/package.ts';
import { CATALOGUE_FILE } from './rules.ts';

type DiffLine = { kind: 'same' | 'added' | 'removed'; text: string };
export type FileDiff = {
  file: string;
  change: 'added' | 'removed' | 'changed';
  /** Pieces that changed, each with a few lines around it; `from` and `to` are the numbers of their first lines. */
  pieces: { from: number; to: number; lines: DiffLine[] }[];
};

const AROUND = 3;
const KINDS: Record<string, DiffLine['kind']> = { '+': 'added', '-': 'removed', ' ': 'same' };

/** What is different between two packages, file by file in order of name; empty when nothing is. Pure. */
export function diffPackages(before: EntityPackage, after: EntityPackage): FileDiff[] {
  const [old, now] = [textsOf(before), textsOf(after)];
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort();
  return names
    .filter((name) => old[name] !== now[name])
    .map((file) => ({
      file,
      change: old[file] === undefined ? 'added' : now[file] === undefined ? 'removed' : 'changed',
      pieces: piecesOf(old[file] ?? '', now[file] ?? ''),
    }));
}

function piecesOf(before: string, after: string): FileDiff['pieces'] {
  const { hunks } = structuredPatch('', '', before, after, undefined, undefined, { context: AROUND });
  return hunks.map(({ oldStart, newStart, lines }) => ({
    from: oldStart,
    to: newStart,
    // A line that begins with a backslash says that the file has no line break at its end.
    lines: lines.flatMap((line) => (KINDS[line[0]!] ? [{ kind: KINDS[line[0]!]!, text: line.slice(1) }] : [])),
  }));
}

const textsOf = ({ catalogue, templates }: EntityPackage): Record<string, string> => ({
  [CATALOGUE_FILE]: `${JSON.stringify(catalogue, null, 2)}\n`,
  ...templates,
});
