import { epochMs } from '$lib/domain/ids';
import { choosing, sweepDownloads } from '$lib/platform/archives/zip-writer';
import { connect } from '$lib/platform/database/connection';
import { makeDatabase } from '$lib/platform/database/database';
import { startFreshLog } from '$lib/platform/database/fresh-log';
import { sweepPartFiles } from '$lib/platform/files/file-writer';
import { makeFolders } from '$lib/platform/folders/folders';
import { pictureFiles } from '$lib/platform/images/picture-files';
import { makePictures } from '$lib/platform/images/pictures';
import { makeDetectorRuntime } from '$lib/platform/inference/detector-client';
import { makeJobRunner } from '$lib/platform/jobs/job-client';
import { locks } from '$lib/platform/locks';
import { modelFiles } from '$lib/platform/models/model-files';
import { patterns } from '$lib/platform/patterns/patterns';
import { preferences } from '$lib/platform/preferences';
import { makeSamples } from '$lib/platform/samples';
import { makeShell, type AppBuild } from '$lib/platform/shell';
import { makeTaskIndexClient } from '$lib/platform/task-index/task-index-client';
import { makeServices, type Services } from '$lib/services/services';

/** The composition root: joins the browser's ports with the use cases. Called once. */
export function boot(build: AppBuild): Services {
  const db = connect();
  const folders = makeFolders(db);
  const makeId = () => crypto.randomUUID() as string;
  void locks.tryHold('downloads').then((release) => release && sweepDownloads().catch(() => undefined));
  const database = makeDatabase(db);
  const shell = makeShell(db, build);
  const services = makeServices({
    database,
    folders,
    archives: choosing,
    patterns,
    pictures: makePictures(folders),
    detectors: makeDetectorRuntime(),
    modelFiles,
    pictureFiles,
    jobs: makeJobRunner(locks, makeId),
    taskIndex: makeTaskIndexClient(),
    locks,
    clock: { now: () => epochMs(Date.now()) },
    makeId,
    preferences,
    shell,
    samples: makeSamples(build.base),
  });
  // A database that does not open is reported by the screens that read from it.
  services.annotations.countBehind().catch(() => undefined);
  services.lostProjects.start();
  void shell.whenIdle().then(() => {
    services.profiles.keepEarlierName().catch(() => undefined);
    // Part files that are not removed now are removed at a later start.
    sweepPartFiles().catch(() => undefined);
  });
  // Only the first open tab does this, and it holds the lock as long as it lives. It waits until the first screen is
  // shown, because writing 4.5 MB takes about 30 ms. On a full disk the write fails and the old log stays in use.
  void shell
    .whenIdle()
    .then(() => locks.tryHold('fresh-log'))
    .then((release) => release && startFreshLog().catch(() => undefined));
  return services;
}
