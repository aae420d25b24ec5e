import { rename, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { usageError } from '../../../errors.ts';
import type { Environment } from '../../../environment/environment.ts';
import type { Store } from '../../store.ts';
import { nameParts } from '../../names.ts';
import { makeFolder } from '../../../disk/durable.ts';
import { isAbsent, onDisk } from '../../../disk/faults.ts';
import { beginLayout, readLayout, writeLayout } from './layout.ts';
import { locks } from './locks.ts';
import { objects } from './objects.ts';
import { areaOf, ownFolders, type Place } from './place.ts';
import { records } from './records.ts';
import { refs } from './refs.ts';
import { sweepAbandoned } from '../../../disk/temporary.ts';
import { sealAll } from './upgrade.ts';
import { verify } from './verify.ts';
import { versions } from './versions.ts';

export interface FileStoreOptions {
  /** The `.aieng` folder; made at the first write. */
  readonly folder: string;
  readonly environment: Environment;
}

function lifePlace(place: Place, name: string): string {
  const parts = nameParts(name, 'folder');
  if (ownFolders.some((own) => own === parts[0]))
    throw usageError({
      code: 'invalid-name',
      message: `"${name}" is a folder that the store keeps for itself.`,
      hint: 'Choose another name.',
    });
  return resolve(place.root, ...parts);
}

/** Moves something damaged to `damaged/`, under a name that is free there. */
async function setAside(place: Place, what: string): Promise<void> {
  const parts = nameParts(what.replaceAll('\\', '/'), 'damaged thing');
  const wanted = join(place.root, 'damaged', ...parts);
  const isFree = await stat(wanted).then(
    () => false,
    () => true,
  );
  const target = isFree ? wanted : `${wanted}.${place.environment.newId()}`;
  await makeFolder(dirname(target));
  try {
    await rename(join(place.root, ...parts), target);
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
}

async function lifeFolder(place: Place, name: string): Promise<string> {
  const path = lifePlace(place, name);
  await makeFolder(path);
  return path;
}

/**
 * The store on a file system, local or shared, that has hard links and atomic rename. Clears what dead processes left
 * half-done. Opening writes nothing, so a project that was only looked at has no store.
 *
 * @throws usage error (exit 2) from every operation where the disk is full, read-only or not permitted.
 */
export async function openFileStore(options: FileStoreOptions): Promise<Store> {
  const place: Place = { root: resolve(options.folder), environment: options.environment };
  const { root } = place;
  const blobs = objects(place);
  const facts = records(place);
  const pointers = refs(place);
  const numbered = versions(place);
  const exclusive = locks(place);
  await onDisk(root, () => readLayout(place));
  await onDisk(root, () => sweepAbandoned(areaOf(place, 'tmp'), place.environment));
  let begun: Promise<void> | undefined;
  const writing = <Result>(effect: () => Promise<Result>): Promise<Result> =>
    onDisk(root, async () => {
      begun ??= beginLayout(place);
      try {
        await begun;
      } catch (error) {
        begun = undefined;
        throw error;
      }
      return effect();
    });
  return {
    put: (content) => writing(() => blobs.put(content)),
    putFile: (path) => writing(() => blobs.putFile(path)),
    putBy: (write) => writing(() => blobs.putBy(write)),
    get: (digest) => onDisk(root, () => blobs.get(digest)),
    path: (digest) => onDisk(root, () => blobs.path(digest)),
    has: (digest) => onDisk(root, () => blobs.has(digest)),
    renew: (digest) => writing(() => blobs.renew(digest)),
    objects: () => onDisk(root, () => blobs.objects()),
    removeObject: (digest, before) => writing(() => blobs.removeObject(digest, before)),
    record: (kind, id, json) => writing(() => facts.record(kind, id, json)),
    replaceRecord: (kind, id, json) => writing(() => facts.replaceRecord(kind, id, json)),
    readRecord: (kind, id) => onDisk(root, () => facts.readRecord(kind, id)),
    recordIds: (kind) => onDisk(root, () => facts.recordIds(kind)),
    recordPlace: facts.recordPlace,
    removeRecord: (kind, id) => writing(() => facts.removeRecord(kind, id)),
    recordKinds: () => onDisk(root, () => facts.recordKinds()),
    readRef: (name) => onDisk(root, () => pointers.readRef(name)),
    refHistory: (name) => onDisk(root, () => pointers.refHistory(name)),
    refs: (prefix) => onDisk(root, () => pointers.refs(prefix)),
    compareAndSet: (name, expected, next, why) =>
      writing(() => pointers.compareAndSet(name, expected, next, why)),
    claimVersion: (name, content) => writing(() => numbered.claimVersion(name, content)),
    version: (name, version) => onDisk(root, () => numbered.version(name, version)),
    versions: (name) => onDisk(root, () => numbered.versions(name)),
    newestVersion: (name) => onDisk(root, () => numbered.newestVersion(name)),
    newestVersions: (name, most) => onDisk(root, () => numbered.newestVersions(name, most)),
    versionNames: () => onDisk(root, () => numbered.versionNames()),
    claimExactVersion: (name, version, content) =>
      writing(() => numbered.claimExactVersion(name, version, content)),
    lock: (name, lockOptions) => writing(() => exclusive.lock(name, lockOptions)),
    verify: () => onDisk(root, () => verify(place)),
    setAside: (what) => writing(() => setAside(place, what)),
    layout: () => onDisk(root, () => readLayout(place)),
    sealAll: (today) => onDisk(root, () => sealAll(place, today)),
    writeLayout: () => onDisk(root, () => writeLayout(place)),
    folder: (name) => writing(() => lifeFolder(place, name)),
    folderPlace: (name) => lifePlace(place, name),
  };
}
