import type { TaskId } from '$lib/domain/ids';
import { plainPath } from '$lib/formats/picture-names';
import { WHOLE, type Asked, type Found } from './match-pictures';

interface Claim {
  readonly name: string;
  readonly agreement: number;
  /** Another picture of the file agrees as much. */
  isContested: boolean;
  /** How many times the file speaks of the picture. */
  count: number;
}

/**
 * Which pictures of a file are which task's. Two pictures of different folders may both fit the name of one task:
 * then the one whose folders agree more is meant, and where they agree alike nobody can tell.
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
      // Two ways to write a whole path are ways to write one picture.
      known.isContested ||= agreement < WHOLE;
    }
  }

  /** Whether a picture of the file is this task's, now that all of them were added. */
  holds(asked: Asked, { picture, agreement }: Found): boolean {
    const claim = this.#byTask.get(picture.id);
    return claim === undefined || (!claim.isContested && agreement >= claim.agreement);
  }

  /** Whether the file speaks of the task's picture more than once. */
  isRepeated(id: TaskId): boolean {
    return (this.#byTask.get(id)?.count ?? 0) > 1;
  }
}

const nameOf = ({ path, otherNames = [] }: Asked): string =>
  [path, ...otherNames].map((one) => plainPath(one).normalize('NFC').toLowerCase()).join('\n');
