import type { TaskId } from '$lib/domain/ids';
import { plainPath } from '$lib/formats/picture-names';
import { WHOLE, type Asked, type Found } from './match-pictures';

interface Claim {
  readonly name: string;
  readonly agreement: number;
  /** Whether another picture of the file matches the task equally well. */
  isContested: boolean;
  /** Number of times that the file contains the picture. */
  count: number;
}

/**
 * Decides which pictures of a file belong to which task. Two pictures in different folders may both match the name of
 * one task: then the one with more matching folders is chosen, and if both match equally the task is ambiguous.
 */
export class Claims {
  readonly #byTask = new Map<TaskId, Claim>();

  add(asked: Asked, { picture, agreement }: Found): void {
    const name = nameOf(asked);
    const known = this.#byTask.get(picture.id);
    if (known === undefined || (known.name !== name && agreement > known.agreement))
      this.#byTask.set(picture.id, { name, agreement, isContested: false, count: 1 });
    else if (known.name === name) known.count += 1;
    else if (agreement === known.agreement) {
      known.count += 1;
      // Different spellings of the same complete path mean the same picture.
      known.isContested ||= agreement < WHOLE;
    }
  }

  /** Whether a picture of the file belongs to this task. All pictures must have been added before. */
  holds(asked: Asked, { picture, agreement }: Found): boolean {
    const claim = this.#byTask.get(picture.id);
    return claim === undefined || (!claim.isContested && agreement >= claim.agreement);
  }

  /** Whether the file contains the task's picture more than once. */
  isRepeated(id: TaskId): boolean {
    return (this.#byTask.get(id)?.count ?? 0) > 1;
  }
}

const nameOf = ({ path, otherNames = [] }: Asked): string =>
  [path, ...otherNames].map((one) => plainPath(one).normalize('NFC').toLowerCase()).join('\n');
