const n = (count: number): string => count.toLocaleString('en');
const plural = (count: number, one: string, many: string): string =>
  `${n(count)} ${count === 1 ? one : many}`;

/** Words of evaluating a model on the submitted tasks. */
export const evaluationEn = {
  link: 'How good is it?',
  imported: 'Predictions that came with imported files',
  title: (name: string) => `How good is ${name}?`,
  model: 'Model',
  compareWith: 'Compare with',
  nobody: 'Nothing',
  version: (name: string, version: number) => `${name}, version ${n(version)}`,
  importedChoice: (name: string) => `${name} (imported)`,
  running: 'Comparing with what was submitted…',
  runningAt: (done: number) => `Comparing with what was submitted: ${plural(done, 'task', 'tasks')}…`,
  again: 'Evaluate Again',
  settings: 'Settings',
  gone: 'This model is not in this project any more. Choose another one.',
  judged: (tasks: number, boxes: number, found: number) =>
    `Judged on ${plural(tasks, 'submitted task', 'submitted tasks')} with ${plural(boxes, 'box', 'boxes')}; the model said ${plural(found, 'box', 'boxes')}.`,
  withoutPrediction: (tasks: number) =>
    `${plural(tasks, 'submitted task has', 'submitted tasks have')} no prediction of this model and ${tasks === 1 ? 'is' : 'are'} not judged: retrieve predictions in the list.`,
  unknownLabels: (names: string) =>
    `The model knows no class for: ${names}. Boxes of these labels count as missed.`,
  withoutLabel: (boxes: number) =>
    `${plural(boxes, 'submitted box has', 'submitted boxes have')} no label and ${boxes === 1 ? 'is' : 'are'} not judged.`,
  otherClasses: (boxes: number, names: string) =>
    `${plural(boxes, 'predicted box is', 'predicted boxes are')} of classes without a label (${names}) and not judged.`,
  turned: (boxes: number) =>
    `${plural(boxes, 'turned box is', 'turned boxes are')} judged by the upright box around ${boxes === 1 ? 'it' : 'them'}.`,
  crowds: (boxes: number) =>
    `${plural(boxes, 'box is a crowd', 'boxes are crowds')}: what the model said in ${boxes === 1 ? 'it' : 'them'} is neither right nor wrong.`,
  accepted: (boxes: number, changed: number) =>
    `${plural(boxes, 'submitted box was', 'submitted boxes were')} accepted from this very model${changed > 0 ? `, ${n(changed)} of them changed since` : ''}: the numbers are better than the model.`,
  noBoxes:
    'The submitted tasks have no boxes, so there is no precision to tell; every box of the model is a false positive.',
  scores: 'Numbers',
  scoresHelp:
    'As COCO defines them: ten overlaps from 0.50 to 0.95, 101 recalls, up to 100 boxes of a label in a picture, of every score.',
  measure: 'Measure',
  difference: 'Difference',
  measures: {
    ap: 'Average precision (AP)',
    ap50: 'AP50: overlap from 0.50',
    ap75: 'AP75: overlap from 0.75',
    apSmall: 'AP, small (up to 32² pixels)',
    apMedium: 'AP, medium (32² to 96²)',
    apLarge: 'AP, large (from 96²)',
    ar1: 'Recall, 1 box a picture',
    ar10: 'Recall, 10 boxes a picture',
    ar100: 'Recall, 100 boxes a picture',
    arSmall: 'Recall, small',
    arMedium: 'Recall, medium',
    arLarge: 'Recall, large',
  },
  curves: 'Precision and recall',
  curvesOf: (names: string) => `Precision over recall: ${names}`,
  precision: 'Precision',
  recall: 'Recall',
  overlap: 'Overlap from',
  allOverlaps: 'Mean of 0.50 to 0.95',
  lines: 'Lines',
  mean: 'All labels',
  curveTable: 'Precision at each recall',
  perLabel: 'By label',
  label: 'Label',
  trueBoxes: 'Submitted',
  foundBoxes: 'Predicted',
  ap: 'AP',
  ap50: 'AP50',
  ap75: 'AP75',
  notKnown: 'not known',
  threshold: 'Scores from',
  confusion: 'Confusion',
  confusionHelp:
    'Rows: the submitted label. Columns: what the model called it, where both boxes overlap by 0.5 or more.',
  missedColumn: 'Missed',
  falsePositiveRow: 'False positive',
  wrong: 'Wrong boxes',
  kind: 'Kind',
  kinds: {
    missed: 'Missed',
    'false-positive': 'False positive',
    'wrong-label': 'Wrong label',
    'badly-placed': 'Badly placed',
  },
  kindHelp: {
    missed: 'Submitted boxes that the model did not find.',
    'false-positive': 'Predicted boxes where nothing was submitted, or where a surer box was already.',
    'wrong-label': 'At the right place, with another label.',
    'badly-placed': 'On an object, but overlapping by less than 0.5.',
  },
  kindCount: (kind: string, count: number) => `${kind}: ${n(count)}`,
  ofLabel: 'Of label',
  everyLabel: 'Every label',
  legendTrue: 'Submitted',
  legendFound: 'Predicted',
  noneWrong: 'No box is wrong in this way.',
  previous: 'Previous Page',
  next: 'Next Page',
  page: (first: number, last: number, total: number) => `${n(first)}–${n(last)} of ${n(total)}`,
  task: (number: number, path: string) => `#${number} ${path}`,
  missedAs: (label: string) => `${label}, not found`,
  falsePositiveAs: (label: string, score: string) => `${label} ${score}`,
  mistakenAs: (label: string, found: string, score: string, overlap: string) =>
    `${label}, called ${found} ${score}, overlap ${overlap}`,
  noPicture: 'The picture cannot be shown.',
  csv: 'Download CSV',
  json: 'Download JSON',
};
