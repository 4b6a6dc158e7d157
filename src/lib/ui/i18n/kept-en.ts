const n = (count: number): string => count.toLocaleString('en');
const plural =
  (one: string, many: string) =>
  (count: number): string =>
    `${n(count)} ${count === 1 ? one : many}`;

/** Words about contents of imported files that are preserved beside regions and pictures. */
export const keptEn = {
  title: (things: string) => `Kept beside, not shown: ${things}`,
  help: 'It stays with its box or picture and is written back when it is exported in the format it came in.',
  kinds: {
    'second-label': plural('second label', 'second labels'),
    'region-answer': plural('answer about a box', 'answers about boxes'),
    choice: plural('choice', 'choices'),
    text: plural('text', 'texts'),
    answer: plural('other answer', 'other answers'),
    relation: plural('relation', 'relations'),
    outline: plural('outline', 'outlines'),
    mask: plural('mask', 'masks'),
    keypoint: plural('set of key points', 'sets of key points'),
    shape: plural('other shape', 'other shapes'),
    attribute: plural('set of attributes', 'sets of attributes'),
    hidden: plural('hidden mark', 'hidden marks'),
    rotation: plural('turn of a picture', 'turns of pictures'),
    'ground-truth': plural('ground-truth mark', 'ground-truth marks'),
    score: plural('score of a whole prediction', 'scores of whole predictions'),
    data: plural('field of a picture’s data', 'fields of pictures’ data'),
    key: plural('other field', 'other fields'),
  },
  beside: 'From the file',
  tooLong: (letters: number) => `${n(letters)} letters`,
};
