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
  alike: (name: string) =>
    `The storage “${name}” has these pictures already. Added once more, each would have a second task.`,
  joinWith: (name: string) => `Join with “${name}”`,
  addForeign: 'Add all the same',
  dropFor: (name: string) => `Folder of “${name}”`,
};
