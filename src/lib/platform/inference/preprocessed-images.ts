import type { NamedTensors } from '$lib/detectors/detector';
import { openChannel, serve, type Channel } from '../workers/channel';
import { thrown } from '../workers/failure';
import type { PreprocessedCalls, PreprocessedImage, PreprocessingCalls, PlanFor } from './messages';

interface Place {
  readonly picture: Promise<PreprocessedImage>;
  readonly settle: (made: PreprocessedCalls['preprocessed']['input']['made']) => void;
}

/** The pictures that come from the preprocessor, each taken once by its question's number. */
export class PreprocessedImages {
  readonly #preprocessor: Channel<PreprocessingCalls>;
  readonly #places = new Map<number, Place>();

  constructor(preprocessor: MessagePort) {
    this.#preprocessor = openChannel<PreprocessingCalls>(() => preprocessor);
    serve<PreprocessedCalls>(preprocessor, {
      preprocessed: ({ pictureId, made }) => this.#place(pictureId).settle(made),
    });
  }

  /** A picture that fails after its caller has given up is nobody's unhandled rejection. */
  take(id: number): Promise<PreprocessedImage> {
    const taken = this.#place(id).picture.finally(() => this.#places.delete(id));
    taken.catch(() => undefined);
    return taken;
  }

  /** How pictures are preprocessed from now on. */
  plan(plan: PlanFor): void {
    this.#preprocessor.notify('plan', plan);
  }

  /** The network has read it: its memory serves for another picture. */
  giveBack(preprocessed: NamedTensors): void {
    for (const { data } of Object.values(preprocessed))
      if (data instanceof Float32Array) {
        const buffer = data.buffer as ArrayBuffer;
        this.#preprocessor.notify('spent', buffer, [buffer]);
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
  const picture = new Promise<PreprocessedImage>((resolve, reject) => {
    settle = (made) => {
      if ('pixels' in made) resolve(made);
      else reject(thrown(made));
    };
  });
  picture.catch(() => undefined);
  return { picture, settle };
}
