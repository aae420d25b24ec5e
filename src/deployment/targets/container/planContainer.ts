import { besideOf, isSameAddress, nameOf, placeInWords, termsOf } from '../../plan.ts';
import type { ContainerSettings, DeploymentStatus, Plan, Wish } from '../../target.ts';
import type { BackendFacts, Engine } from '../supervised/backendKind.ts';

/** What the plan depends on besides wish and status: looked up, never changed. */
export interface Ground {
  readonly engine: Engine['name'];
  /** The engine has the wished image already. */
  readonly hasImage: boolean;
  readonly settings: ContainerSettings;
  /** How the backend of now runs; null where none does. */
  readonly running: BackendFacts | null;
  /** `termsOf` what serves now; null where that is not known. */
  readonly terms: string | null;
}

function limitsInWords({ memoryMb, cpus, pids }: ContainerSettings): string {
  return `${memoryMb} MB of memory, ${cpus} CPU, ${pids} processes, read-only, no privileges`;
}

/** Is the running backend a container of the same image with the same limits and engine? */
function isSameContainer(wish: Wish, { engine, settings, running, terms }: Ground): boolean {
  const { image } = wish;
  if (running?.kind !== 'container' || running.engine !== engine) return false;
  const { memoryMb, cpus, pids } = running.limits;
  const sameLimits = memoryMb === settings.memoryMb && cpus === settings.cpus && pids === settings.pids;
  // The same bundle in an image that was built anew (another base) is another image.
  const sameImage = image === null || [image.configDigest, image.digest].includes(running.image);
  return sameLimits && sameImage && terms === termsOf(wish);
}

function imageStep({ image, name, version, bundleDigest }: Wish, { engine, hasImage }: Ground): string {
  if (image === null) return `build the image of ${nameOf(name, version, bundleDigest)}`;
  const short = image.configDigest.slice(0, 'sha256:'.length + 12);
  if (hasImage) return `take the image ${image.reference} (${short}), which ${engine} has`;
  return image.pullReference === null
    ? `load the image ${image.reference} (${short}) into ${engine}`
    : `pull the image ${image.pullReference} with ${engine}`;
}

/**
 * What has to happen, in words, decided from what is and what is wished alone. `none`: a container of the same image
 * with the same limits already serves the same callers, healthy, at the same address.
 */
export function planContainer(wish: Wish, current: DeploymentStatus, ground: Ground): Plan {
  const next = nameOf(wish.name, wish.version, wish.bundleDigest);
  const url = placeInWords(wish);
  const image = imageStep(wish, ground);
  const start = `start a container of ${next} with ${ground.engine} (${limitsInWords(ground.settings)})${besideOf(wish.name, wish.second)}`;
  const prove = `wait until ${next} is healthy: its golden rows replayed in the container, then one over HTTP`;
  if (current.state === 'stopped')
    return {
      action: 'start',
      steps: [
        image,
        `start a supervisor for ${wish.name} and take ${url}`,
        start,
        prove,
        `route requests to ${next}`,
      ],
    };
  const sameAddress = isSameAddress(wish, current.url);
  const sameBundle = current.bundleDigest === wish.bundleDigest;
  if (current.state === 'running' && sameBundle && sameAddress && isSameContainer(wish, ground))
    return { action: 'none', steps: [] };
  const kind = ground.running?.kind ?? 'container';
  const old = sameBundle ? `the ${kind} before` : nameOf(wish.name, current.version, current.bundleDigest);
  const end = kind === 'container' ? 'stop and remove its container' : 'stop its process';
  return {
    action: 'switch',
    steps: [
      image,
      ...(sameAddress ? [] : [`take ${url} beside ${current.url ?? 'the old address'}`]),
      `${start} beside ${old}`,
      prove,
      `route new requests to ${next}`,
      `let ${old} finish its requests (at most ${wish.drainMs / 1000} s), then ${end}`,
      ...(sameAddress ? [] : [`give up ${current.url ?? 'the old address'}`]),
    ],
  };
}
