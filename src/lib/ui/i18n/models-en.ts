import { formatScore } from '$lib/domain/score';

const n = (count: number): string => count.toLocaleString('en');
const plural = (count: number, one: string, many: string): string =>
  `${n(count)} ${count === 1 ? one : many}`;

/** Formats a duration. */
const duration = (ms: number): string =>
  ms < 1000
    ? `${n(Math.round(ms))} ms`
    : `${(ms / 1000).toLocaleString('en', { maximumFractionDigits: 1 })} s`;

/** Words of detectors: connecting them, their predictions, their suggestions. */
export const modelsEn = {
  section: 'Model',
  none: 'No model is connected. A detector that you have as an .onnx or .pth file runs here, on this machine.',
  connect: 'Connect Model',
  name: 'Name',
  interactive: 'Interactive preannotations',
  interactiveHelp: 'Opening a task asks this model and shows its suggestions.',
  choose: 'Choose Model File',
  drop: 'Choose or drop an .onnx or .pth file here, with its .data files where it has some.',
  reading: 'Reading the file…',
  beside: (names: readonly string[]) =>
    `The weights lie in ${names.join(', ')}. Choose the model together with ${names.length === 1 ? 'this file' : 'these files'}.`,
  what: 'What it is',
  architecture: 'Architecture',
  size: 'Size',
  inputs: 'Inputs',
  outputs: 'Outputs',
  anySize: 'any',
  classes: (count: number) => plural(count, 'class', 'classes'),
  knownBy: {
    metadata: 'as the file says itself',
    names: 'told from the names of its outputs',
    shapes: 'told from the shapes of its outputs',
    keys: 'told from the names of its tensors',
    unknown: 'this kind is not supported yet',
  },
  warnings: {
    'roi-align-half-pixel':
      'It was exported with RoiAlign in a way that moves boxes by half a pixel: export it with opset 11 for the same boxes as in Python.',
    'class-count-differs': 'The number of class names differs from the number of classes.',
    'convention-open': 'Which YOLO it is shows only when it runs: look at the boxes below.',
    'activation-guessed':
      'Whether its scores still have to be brought to 0…1 is guessed: look at the scores.',
    'boxes-only': 'Only its boxes are used; masks and keypoints are left out.',
    'names-missing':
      'The file has no class names: the project’s labels are taken in their order where there are as many, else the classes go by number.',
  } as Readonly<Record<string, string>>,
  copyFacts: 'Copy Inputs and Outputs',
  copied: 'Copied',
  notCopied: 'The browser does not let it be copied: select the text above.',
  mapping: 'Classes and labels',
  labelFor: (name: string) => `Label for ${name}`,
  noLabel: 'Not shown',
  manyClasses: (shown: number, total: number) =>
    `With a label: ${n(shown)} of ${plural(total, 'class', 'classes')}.`,
  showAll: 'Show all classes',
  preview: 'What it finds',
  picture: 'Picture',
  running: 'The model is running…',
  noPicture: 'There is no picture yet. Add and sync a storage first.',
  took: (ms: number) => `Took ${duration(ms)}`,
  found: (count: number) => plural(count, 'box', 'boxes'),
  /** How many boxes were found, how many of them have no label, and how many are shown. */
  foundAll: (count: number, unlabelled: number, shown: number) =>
    (count > 0 && unlabelled === count
      ? `${n(count)} found, none of their classes has a label`
      : unlabelled > 0
        ? `${n(count)} found, ${n(unlabelled)} of them of classes without a label`
        : `${n(count)} found`) + (shown < count ? `, ${n(shown)} shown` : ''),
  shownFrom: 'Show from score',
  noneLabelled: (count: number) =>
    count === 1
      ? '1 found, its class has no label.'
      : `${n(count)} found, none of their classes has a label.`,
  alsoUnlabelled: (count: number) => `${n(count)} more found, of classes without a label.`,
  noClassLabelled: 'None of this model’s classes has a label: what it finds is kept, but not suggested.',
  giveLabels: 'Give classes labels',
  foundClasses: 'Classes in this picture',
  foundClassesHelp: 'Look at what each class found, and say what it is.',
  namesOf: (list: string) => `Names of ${list}`,
  namesOfLabels: 'Labels in their order',
  classFound: (classNumber: number, count: number) => `#${classNumber} · ${n(count)}×`,
  nameFor: (classNumber: number) => `Name of class ${classNumber}`,
  makeLabels: (count: number) => `Make ${plural(count, 'label', 'labels')} of these`,
  oneForAll: 'One label for all',
  whichOfAlike: 'Which one was trained? The file looks the same for both.',
  quick: 'Quick look: with a smaller working size the scores differ from those in Python.',
  where: {
    wasm: (threads: number) => `WebAssembly, ${plural(threads, 'thread', 'threads')}`,
    webgpu: (_threads: number) => 'WebGPU',
  },
  fallBack: {
    'no-webgpu': 'This browser or machine has no WebGPU that can be used.',
    'self-check': 'On the graphics device it said something else than on WebAssembly, so it runs there.',
    'device-failed': 'The graphics device failed, so it runs on WebAssembly.',
  },
  settings: 'How pictures go in and boxes come out',
  setting: {
    convention: 'Output convention',
    channels: 'Channel order',
    range: 'Value range',
    mean: 'Mean',
    std: 'Deviation',
    fit: 'Fit',
    padding: 'Padding grey (0–255)',
    width: 'Input width',
    height: 'Input height',
    layout: 'Layout',
    scoreThreshold: 'Score threshold',
    iouThreshold: 'Overlap threshold',
    maxDetections: 'Most boxes',
    batchNormEpsilon: 'Batch-norm epsilon',
    shortSide: 'Short side (empty: the model’s own)',
  },
  channels: { rgb: 'RGB', bgr: 'BGR' },
  range: { 1: '0 to 1', 255: '0 to 255' },
  fits: { letterbox: 'Letterbox', corner: 'Upper left corner', stretch: 'Stretch', native: 'Native size' },
  channel: (name: string, at: number) => `${name} ${at + 1}`,
  provider: 'Where it runs',
  providers: { auto: 'Chosen by itself', wasm: 'WebAssembly', webgpu: 'WebGPU' },
  reset: 'As recognised',
  validate: 'Validate and Save',
  connected: 'Connected',
  version: (version: number) => `Version ${n(version)}`,
  edit: (name: string) => `Edit ${name}`,
  replace: (name: string) => `Replace ${name}`,
  remove: (name: string) => `Remove ${name}`,
  editShort: 'Edit',
  replaceShort: 'Replace',
  removeShort: 'Remove',
  removeConfirm: (name: string) =>
    `Remove “${name}” with all its versions? What it said about your pictures stays.`,
  replaceTitle: (name: string) => `Replace ${name}`,
  action: {
    retrieve: 'Retrieve Predictions',
    create: 'Create Annotations from Predictions',
  },
  chooseModel: 'Model',
  allModels: 'All models',
  newestOfEach: 'The newest prediction of each task',
  minScore: 'Scores from',
  asDraft: 'As drafts, to be looked at',
  asSubmitted: 'As submitted',
  createHelp: 'Only tasks that nobody has touched get annotations.',
  create: 'Create Annotations',
  retrieve: 'Retrieve Predictions',
  retrieveHelp: (count: number) =>
    `${plural(count, 'task', 'tasks')}; what the model has said already is not asked again.`,
  deleteHelp: (count: number) =>
    `Removes what models have said about ${plural(count, 'task', 'tasks')}. Your annotations stay, the models too. It can be undone.`,
  noModel: 'No model is connected.',
  toSettings: 'Open the model settings',
  deleteOf: 'Whose predictions',
  unfinished: (name: string) => `Retrieving predictions of ${name} was cut off.`,
  goOn: 'Resume',
  giveUp: 'Give Up',
  pause: (title: string) => `Pause ${title}`,
  pauseShort: 'Pause',
  goOnJob: (title: string) => `Resume ${title}`,
  paused: 'Paused',
  suggestions: 'Suggestions',
  suggestionsOf: (name: string) => `Suggestions of ${name}`,
  asking: 'Asking the model…',
  notShown: {
    submitted: 'Not shown: this picture is submitted.',
    skipped: 'Not shown: this picture is skipped.',
  },
  ask: 'Ask the model',
  noSuggestions: 'No suggestions',
  suggested: (count: number) => plural(count, 'suggestion', 'suggestions'),
  suggestion: (label: string, score: number) => `Suggestion: ${label}, ${formatScore(score)}`,
  threshold: (label: string) => `Threshold for ${label}`,
  accept: 'Accept',
  reject: 'Reject',
  rejected: (count: number) => `${plural(count, 'suggestion', 'suggestions')} rejected`,
  bringBackRejected: 'Bring Back',
  acceptAll: 'Accept All',
  score: formatScore,
};
