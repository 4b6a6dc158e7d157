import { makeAnnotations } from './annotations';
import { makeBackups } from './backups';
import { makeBulkEdits } from './bulk-edits';
import { makeChecks } from './checks';
import { makeEvaluations } from './evaluations';
import { makeExports } from './exports';
import { makeImports } from './imports';
import { makeModels } from './models';
import { makePredictions } from './predictions';
import type { Ports } from './ports/ports';
import { makeProjects } from './projects';
import { makeReplacedPictures } from './replaced-pictures';
import { makeSampleDetector } from './sample-detector';
import { makeSources } from './sources';
import { makeTasks } from './tasks';
import { makeVersions } from './versions';
import { makeWork } from './work';

/** What a person can do, and what the screens receive. */
export function makeServices(ports: Ports) {
  const models = makeModels(ports);
  const annotations = makeAnnotations(ports);
  return {
    projects: makeProjects(ports),
    sources: makeSources(ports),
    tasks: makeTasks(ports),
    bulkEdits: makeBulkEdits(ports),
    annotations,
    exports: makeExports(ports, annotations),
    evaluations: makeEvaluations(ports),
    replacedPictures: makeReplacedPictures(ports),
    versions: makeVersions(ports),
    work: makeWork(ports),
    models,
    sampleDetector: makeSampleDetector(ports, models),
    predictions: makePredictions(ports, models),
    imports: makeImports(ports),
    backups: makeBackups(ports),
    checks: makeChecks(ports),
    jobs: ports.jobs,
    preferences: ports.preferences,
    shell: ports.shell,
    makeId: ports.makeId,
  };
}

export type Services = ReturnType<typeof makeServices>;
