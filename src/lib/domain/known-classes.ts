/**
 * Class names of the data sets that public detectors are trained on, in the order of their models. Both lists are facts
 * from the data sets' papers and annotation files.
 */
const COCO = (
  'person,bicycle,car,motorcycle,airplane,bus,train,truck,boat,traffic light,fire hydrant,stop sign,' +
  'parking meter,bench,bird,cat,dog,horse,sheep,cow,elephant,bear,zebra,giraffe,backpack,umbrella,handbag,tie,' +
  'suitcase,frisbee,skis,snowboard,sports ball,kite,baseball bat,baseball glove,skateboard,surfboard,' +
  'tennis racket,bottle,wine glass,cup,fork,knife,spoon,bowl,banana,apple,sandwich,orange,broccoli,carrot,' +
  'hot dog,pizza,donut,cake,chair,couch,potted plant,bed,dining table,toilet,tv,laptop,mouse,remote,keyboard,' +
  'cell phone,microwave,oven,toaster,sink,refrigerator,book,clock,vase,scissors,teddy bear,hair drier,toothbrush'
).split(',');

/** Class numbers, from 1, that COCO's own numbering skips. */
const COCO_GAPS: ReadonlySet<number> = new Set([12, 26, 29, 30, 45, 66, 68, 69, 71, 83]);
const COCO_NUMBERS = 90;

const VOC = (
  'aeroplane,bicycle,bird,boat,bottle,bus,car,cat,chair,cow,diningtable,dog,horse,motorbike,person,pottedplant,' +
  'sheep,sofa,train,tvmonitor'
).split(',');

/** COCO's names at COCO's own numbers; a number without a name is named by the number. */
function cocoByNumber(first: 0 | 1): readonly string[] {
  let next = 0;
  const names = Array.from({ length: COCO_NUMBERS }, (_, at) =>
    COCO_GAPS.has(at + 1) ? String(at + 1) : COCO[next++]!,
  );
  return first === 1 ? names : ['0', ...names];
}

export interface KnownClasses {
  /** Established name of the data set, the same in every language. */
  readonly name: string;
  readonly names: readonly string[];
}

const LISTS: readonly (KnownClasses & { readonly counts: readonly number[] })[] = [
  { name: 'COCO (80)', names: COCO, counts: [80] },
  { name: 'COCO (1–90)', names: cocoByNumber(1), counts: [90] },
  { name: 'COCO (0–90)', names: cocoByNumber(0), counts: [90, 91] },
  { name: 'PASCAL VOC (20)', names: VOC, counts: [20] },
];

/**
 * The lists of names that fit a model's classes: those with as many classes or, if the number of classes is unknown,
 * those that have a name for each class `seen` in a picture.
 */
export const knownClasses = (classCount: number | null, seen: number): readonly KnownClasses[] =>
  LISTS.filter(({ counts, names }) =>
    classCount === null ? seen <= names.length : counts.includes(classCount),
  );
