import type { Archives } from './archives';
import type { Clock, Locks, MakeId } from './coordination';
import type { Database } from './database';
import type { Folders } from './folders';
import type { DetectorRuntime, ModelFileStore } from './inference';
import type { JobRunner } from './jobs';
import type { Patterns } from './patterns';
import type { PictureFiles, Pictures } from './pictures';
import type { TaskIndex } from './task-index';
import type { Preferences, SamplePictures, Shell } from './shell';

/** The ports that a job in a worker may use. */
export interface JobPorts {
  readonly database: Database;
  readonly folders: Pick<
    Folders,
    'open' | 'openChosen' | 'copyIn' | 'removeCopy' | 'forgetCopies' | 'space' | 'copiedBytes'
  >;
  readonly archives: Pick<Archives, 'writeZip' | 'writeText' | 'writeBackup' | 'open' | 'openBackup'>;
  readonly modelFiles: Pick<ModelFileStore, 'open' | 'keep'>;
  readonly patterns: Patterns;
  readonly pictureFiles: PictureFiles;
  readonly clock: Clock;
  readonly makeId: MakeId;
}

/** All ports of the use cases, created once by boot.ts. */
export interface Ports {
  readonly database: Database;
  readonly folders: Folders;
  readonly archives: Pick<Archives, 'choose' | 'deliver'>;
  readonly patterns: Patterns;
  readonly pictures: Pictures;
  readonly detectors: DetectorRuntime;
  readonly modelFiles: ModelFileStore;
  readonly pictureFiles: PictureFiles;
  readonly jobs: JobRunner;
  readonly taskIndex: TaskIndex;
  readonly locks: Locks;
  readonly clock: Clock;
  readonly makeId: MakeId;
  readonly preferences: Preferences;
  readonly shell: Shell;
  readonly samples: SamplePictures;
}
