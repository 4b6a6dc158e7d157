/** Ids are UUID strings; the brand keeps a task's id out of a label's place. */
export type Id<Kind extends string> = string & { readonly __kind: Kind };
export type ProjectId = Id<'project'>;
export type LabelId = Id<'label'>;
export type SourceId = Id<'source'>;
export type TaskId = Id<'task'>;
export type RegionId = Id<'region'>;
export type ModelId = Id<'model'>;
export type PredictionId = Id<'prediction'>;
export type ProfileId = Id<'profile'>;
export type QuestionId = Id<'question'>;

/** Brands a plain string, from a URL or a UUID generator, as an id of a kind. */
export const asId = <Kind extends string>(value: string) => value as Id<Kind>;

/** Milliseconds since 1970, UTC. */
export type EpochMs = number & { readonly __unit: 'epoch-ms' };
export const epochMs = (value: number) => value as EpochMs;

/** A point in pixels of the upright picture: origin top left, x right, y down. */
export type ImagePoint = readonly [x: number, y: number] & { readonly __space: 'image' };
/** A point in CSS pixels from the top left of the canvas element. */
export type ScreenPoint = readonly [x: number, y: number] & { readonly __space: 'screen' };
export const imagePoint = (x: number, y: number) => [x, y] as unknown as ImagePoint;
export const screenPoint = (x: number, y: number) => [x, y] as unknown as ScreenPoint;
