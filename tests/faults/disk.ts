import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** As `unshare` and the database's own script have them: root, data, sockets, user. */
export type Place = { root: string; data: string; sockets: string; user: string };

const SIZE = '2G';
const NAME = 'postgresql-18';
/** Mounted where nobody else sees it, and gone with the last process there. Who starts the database again has made room. */
const MOUNT = 'image=$0; mount -o loop "$image" "$1" && shift && rm -f "$3/filler" && exec /bin/sh "$@"';

/**
 * Moves the folder of a database that does not run onto a file system of its own, in a file, and returns the command that
 * starts `command` there with `script`.
 */
export function ontoOwnDisk(script: string, place: Place, command: string[]): string[] {
  const home = join(place.data, '..');
  const [staging, image, disk] = ['staging', 'disk.img', 'disk'].map((name) => join(home, name)) as [
    string,
    string,
    string,
  ];
  for (const folder of [staging, disk]) mkdirSync(folder);
  renameSync(place.data, join(staging, NAME));
  run('mkfs.ext4', ['-q', '-m', '0', '-d', staging, image, SIZE]);
  rmSync(staging, { recursive: true });
  const data = join(disk, NAME);
  return [...unshared, '-c', MOUNT, image, disk, script, place.root, data, place.sockets, place.user, ...command];
}

const unshared = ['unshare', '--mount', '--ipc', '--propagation', 'private', '/bin/sh'];

/** The command that starts `command` where its data has lain from the start. */
export const onSharedDisk = (script: string, { root, data, sockets, user }: Place, command: string[]): string[] => [
  ...[...unshared, script, root, data, sockets, user, ...command],
];

/** Leaves the running database not one block. Returns what makes room again. */
export function fillDisk(pid: number): () => void {
  const folder = `/proc/${pid}/root/notifyme/data`;
  const file = join(folder, 'filler');
  const { bsize, bavail } = statfsSync(folder);
  let end = 0;
  for (let size = bsize * bavail; size >= bsize; ) {
    const { status } = spawnSync('fallocate', ['--offset', String(end), '--length', String(size), file]);
    if (status === 0) end += size;
    else size = Math.floor(size / 2 / bsize) * bsize;
  }
  if (!existsSync(file)) throw new Error('nothing was left to fill');
  const { uid, gid } = statSync(folder);
  // It lies among its own files, and is synced with them after a crash.
  chownSync(file, uid, gid);
  return () => rmSync(file, { force: true });
}

function run(command: string, args: string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} failed: ${error?.message ?? stderr.trim()}`);
}
