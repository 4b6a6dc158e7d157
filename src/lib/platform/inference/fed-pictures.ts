import type { NamedTensors } from '$lib/detectors/detector';
import { openChannel, serve, type Channel } from '../workers/channel';
import { thrown } from '../workers/failure';
import type { FedCalls, FedPicture, FeedingCalls, PlanFor } from './messages';

interface Place {
  readonly picture: Promise<FedPicture>;
  readonly settle: (made: FedCalls['fed']['input']['made']) => void;
}

/** The pictures that come from the feeder, each taken once by its question's number. */
export class FedPictures {
  readonly #feeder: Channel<FeedingCalls>;
  readonly #places = new Map<number, Place>();

  constructor(feeder: MessagePort) {
    this.#feeder = openChannel<FeedingCalls>(() => feeder);
    serve<FedCalls>(feeder, { fed: ({ pictureId, made }) => this.#place(pictureId).settle(made) });
  }

  /** A picture that fails after its caller has given up is nobody's unhandled rejection. */
  take(id: number): Promise<FedPicture> {
    const taken = this.#place(id).picture.finally(() => this.#places.delete(id));
    taken.catch(() => undefined);
    return taken;
  }

  /** How pictures are fed from now on. */
  plan(plan: PlanFor): void {
    this.#feeder.tell('plan', plan);
  }

  /** The network has read it: its memory serves for another picture. */
  giveBack(fed: NamedTensors): void {
    for (const { data } of Object.values(fed))
      if (data instanceof Float32Array) {
        const buffer = data.buffer as ArrayBuffer;
        this.#feeder.tell('spent', buffer, [buffer]);
      }
  }

  /** Whichever comes first, the picture or who wants it, makes the place. */
  #place(id: number): Place {
    const place = this.#places.get(id) ?? aPlace();
    this.#places.set(id, place);
    return place;
  }
}

function aPlace(): Place {
  let settle: Place['settle'] = () => undefined;
  const picture = new Promise<FedPicture>((resolve, reject) => {
    settle = (made) => {
      if ('pixels' in made) resolve(made);
      else reject(thrown(made));
    };
  });
  picture.catch(() => undefined);
  return { picture, settle };
}
