import type { NamedTensors } from '$lib/detectors/detector';
import { openChannel, serve, type Channel } from '../workers/channel';
import { thrown } from '../workers/failure';
import type { PreprocessedCalls, PreprocessedImage, PreprocessingCalls, PlanFor } from './messages';

interface Place {
  readonly picture: Promise<PreprocessedImage>;
  readonly settle: (made: PreprocessedCalls['preprocessed']['input']['made']) => void;
}

/** The pictures from the preprocessor; each is taken once, by its request's id. */
export class PreprocessedImages {
  readonly #preprocessor: Channel<PreprocessingCalls>;
  readonly #places = new Map<number, Place>();

  constructor(preprocessor: MessagePort) {
    this.#preprocessor = openChannel<PreprocessingCalls>(() => preprocessor);
    serve<PreprocessedCalls>(preprocessor, {
      preprocessed: ({ pictureId, made }) => this.#place(pictureId).settle(made),
    });
  }

  /** If a picture fails after its caller has aborted, there is no unhandled rejection. */
  take(id: number): Promise<PreprocessedImage> {
    const taken = this.#place(id).picture.finally(() => this.#places.delete(id));
    taken.catch(() => undefined);
    return taken;
  }

  /** Sets how pictures are preprocessed from now on. */
  plan(plan: PlanFor): void {
    this.#preprocessor.notify('plan', plan);
  }

  /** Returns the memory of a picture that the network has read, for another picture. */
  releaseMemory(preprocessed: NamedTensors): void {
    for (const { data } of Object.values(preprocessed))
      if (data instanceof Float32Array) {
        const buffer = data.buffer as ArrayBuffer;
        this.#preprocessor.notify('spent', buffer, [buffer]);
      }
  }

  /** The picture and its taker may come in either order; the first one creates the entry. */
  #place(id: number): Place {
    const place = this.#places.get(id) ?? aPlace();
    this.#places.set(id, place);
    return place;
  }
}

function aPlace(): Place {
  let settle: Place['settle'] = () => undefined;
  const picture = new Promise<PreprocessedImage>((resolve, reject) => {
    settle = (made) => {
      if ('pixels' in made) resolve(made);
      else reject(thrown(made));
    };
  });
  picture.catch(() => undefined);
  return { picture, settle };
}
