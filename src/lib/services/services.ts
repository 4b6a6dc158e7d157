import { makeAnnotations } from './annotating/annotations';
import { makeBackups } from './backup/backups';
import { makeLostProjects } from './backup/lost-projects';
import { makeBulkEdits } from './bulk/bulk-edits';
import { makeChecks } from './projects/checks';
import { makeEvaluations } from './evaluation/evaluations';
import { makeExports } from './exchange/exports';
import { makeImports } from './exchange/imports';
import { makeModels } from './models/models';
import { makePredictions } from './models/predictions';
import type { Ports } from './ports/ports';
import { makeProfiles } from './profiles/profiles';
import { makeProjects } from './projects/projects';
import { makeReplacedPictures } from './annotating/replaced-pictures';
import { submitDrafts } from './annotating/submit-drafts';
import { makeSampleDetector } from './models/sample-detector';
import { makeFolderChoice } from './sync/folder-choice';
import { makeSources } from './sync/sources';
import { makeTasks } from './tasks/tasks';
import { makeVersions } from './annotating/versions';
import { makeWork } from './annotating/work';

/** All use cases, as the screens receive them. */
export function makeServices(ports: Ports) {
  const models = makeModels(ports);
  const annotations = makeAnnotations(ports);
  return {
    profiles: makeProfiles(ports),
    projects: makeProjects(ports),
    sources: makeSources(ports),
    folderChoice: makeFolderChoice(ports),
    tasks: makeTasks(ports),
    bulkEdits: makeBulkEdits(ports),
    annotations,
    exports: makeExports(ports, (taskIds, context) => submitDrafts(taskIds, annotations, context)),
    evaluations: makeEvaluations(ports),
    replacedPictures: makeReplacedPictures(ports),
    versions: makeVersions(ports),
    work: makeWork(ports),
    models,
    sampleDetector: makeSampleDetector(ports, models),
    predictions: makePredictions(ports, models),
    imports: makeImports(ports),
    backups: makeBackups(ports),
    lostProjects: makeLostProjects(ports),
    checks: makeChecks(ports),
    jobs: ports.jobs,
    preferences: ports.preferences,
    shell: ports.shell,
    makeId: ports.makeId,
  };
}

export type Services = ReturnType<typeof makeServices>;
