const n = (count: number): string => count.toLocaleString('en');
const plural = (count: number, one: string, many: string): string =>
  `${n(count)} ${count === 1 ? one : many}`;
const boxesIn = (boxes: number, where: string): string => `${plural(boxes, 'box', 'boxes')} ${where}`;

/** Words of removing a label and bringing it back. */
export const labelsEn = {
  removeTitle: (name: string) => `Remove the label “${name}”?`,
  counting: 'Looking for what uses it…',
  unused: 'Nothing uses it.',
  usedBy: 'It is used by:',
  use: {
    annotations: (boxes: number, places: number) =>
      boxesIn(boxes, `in ${plural(places, 'submitted picture', 'submitted pictures')}`),
    drafts: (boxes: number, places: number) =>
      boxesIn(boxes, `of unsent work in ${plural(places, 'picture', 'pictures')}, undone steps included`),
    predictions: (boxes: number, places: number) =>
      boxesIn(boxes, `that models found in ${plural(places, 'picture', 'pictures')}`),
    versions: (boxes: number, places: number) =>
      boxesIn(boxes, `in ${plural(places, 'kept version', 'kept versions')}`),
    trash: (boxes: number) => boxesIn(boxes, 'in deleted work that can still be brought back'),
    models: (classes: number, places: number) =>
      `${plural(classes, 'class', 'classes')} of ${plural(places, 'model', 'models')}`,
  },
  then: 'What uses it then',
  unlabel: 'becomes unlabelled',
  reassign: 'gets another label',
  other: 'The other label',
  afterSave: 'This takes effect when you save. You can bring the label back at any time.',
  remove: 'Remove',
  removed: (count: number) => `Removed labels (${count})`,
  removedHelp: 'Bring one back, and everything that had it has it again.',
  became: (name: string) => `its boxes are “${name}”`,
  becameNone: 'its boxes are unlabelled',
  bringBack: 'Bring Back',
  bringBackLabel: (name: string) => `Bring back ${name}`,
};
