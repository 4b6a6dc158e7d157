import { aboutMegabytes } from './sizes';

const n = (count: number): string => count.toLocaleString('en');
const plural = (count: number, one: string, many: string): string =>
  `${n(count)} ${count === 1 ? one : many}`;

/** Words about storages and the folders that they are joined with. */
export const foldersEn = {
  chooseHelp: 'The storage is joined with the folder that you choose: every task stays as it is.',
  copiesHelp:
    'These pictures are copies in the browser. Choose the folder again to bring in what is new or changed in it.',
  gone: 'The way to this folder is not known on this computer. Choose the folder: every task stays.',
  copiesGone: 'The browser has no copies of these pictures any more. Choose the folder: every task stays.',
  title: (name: string) => `Join “${name}” with this folder?`,
  nothingYet: (folder: string) =>
    `Nothing has changed yet. Every task stays with its boxes; only where its picture lies is written anew, to the folder “${folder}”.`,
  samePlace: (count: number) => `${plural(count, 'picture', 'pictures')} found at the same place`,
  elsewhere: (count: number) =>
    `${plural(count, 'picture', 'pictures')} found at another place by ${count === 1 ? 'its' : 'their'} content`,
  notFound: (count: number) => `${plural(count, 'picture', 'pictures')} not found`,
  foreign: (folder: string) =>
    `No picture in “${folder}” is one of this storage’s. Most likely it is another folder.`,
  join: 'Join',
  joinForeign: 'Join all the same',
  replaced: 'Replaced',
  replacedTold: (before: string | null, now: string) =>
    before === null || before === now
      ? 'The file has another content than when its boxes were made. What becomes of them?'
      : `The picture was ${before} when its boxes were made, now it is ${now}. What becomes of them?`,
  replacedHelp: 'Each choice can be undone; what was submitted stays among the versions.',
  keepBoxes: 'Keep Boxes',
  scaleBoxes: 'Scale Boxes',
  startAnew: 'Start Anew',
  notJudged: (tasks: number) =>
    `${plural(tasks, 'submitted task is', 'submitted tasks are')} not judged: the picture was replaced since.`,
  backup: {
    about: (bytes: number) => `(${aboutMegabytes.en(bytes)})`,
    withPictures: 'Whoever restores it needs nothing else.',
    withoutPictures: (limit: string | null) =>
      `${limit === null ? '' : `More than ${limit}: left out unless you choose them. `}Whoever restores it chooses the folder once (Choose Folder, on the storage’s card); every task is kept.`,
    closed: (names: string) => `The pictures can be included once the browser may read: ${names}.`,
    notHere: (names: string) => `Not included, their pictures are not to be found here: ${names}.`,
  },
  alike: (name: string) =>
    `The storage “${name}” has these pictures already. Added once more, each would have a second task.`,
  joinWith: (name: string) => `Join with “${name}”`,
  addForeign: 'Add all the same',
  dropFor: (name: string) => `Folder of “${name}”`,
};
