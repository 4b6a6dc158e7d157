import type { NamedTensors, Pixels } from '$lib/detectors/detector';
import { AppError } from '$lib/domain/errors';
import type { Size } from '$lib/domain/geometry';
import type { FromDetectorToFeeder, FromFeeder, PlanFor } from './messages';

/** A picture as the feeder made it. See [Note: Feeder]. */
export interface FedPicture {
  /** Without their colours where they are fed already. */
  readonly pixels: Pixels;
  /** Of the whole picture. */
  readonly size: Size;
  readonly fed: NamedTensors | null;
}

interface Place {
  readonly picture: Promise<FedPicture>;
  readonly settle: (told: FromFeeder) => void;
}

/** The pictures that come from the feeder, each taken once by its question's number. */
export class FedPictures {
  readonly #feeder: MessagePort;
  readonly #places = new Map<number, Place>();

  constructor(feeder: MessagePort) {
    this.#feeder = feeder;
    feeder.onmessage = ({ data }: MessageEvent<FromFeeder>) => this.#place(data.id).settle(data);
  }

  /** Who is not there any more when the picture comes need not look what became of it. */
  take(id: number): Promise<FedPicture> {
    const taken = this.#place(id).picture.finally(() => this.#places.delete(id));
    taken.catch(() => undefined);
    return taken;
  }

  /** How pictures are fed from now on. */
  plan(plan: PlanFor): void {
    this.#tell({ type: 'plan', plan });
  }

  /** The network has read it: its memory serves for another picture. */
  giveBack(fed: NamedTensors): void {
    for (const { data } of Object.values(fed))
      if (data instanceof Float32Array) {
        const buffer = data.buffer as ArrayBuffer;
        this.#tell({ type: 'spent', buffer }, [buffer]);
      }
  }

  #tell(message: FromDetectorToFeeder, transfer: Transferable[] = []): void {
    this.#feeder.postMessage(message, transfer);
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
    settle = (told) => {
      if (told.type === 'picture') resolve(told);
      else reject(told.code === null ? new Error(told.detail) : new AppError(told.code, told.about));
    };
  });
  picture.catch(() => undefined);
  return { picture, settle };
}
