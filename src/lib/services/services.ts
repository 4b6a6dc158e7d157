import { makeAnnotations } from './annotations';
import { makeBackups } from './backups';
import { makeExports } from './exports';
import { makeImports } from './imports';
import type { Ports } from './ports/ports';
import { makeProjects } from './projects';
import { makeSources } from './sources';
import { makeTasks } from './tasks';

/** What a person can do, and what the screens receive. */
export function makeServices(ports: Ports) {
  return {
    projects: makeProjects(ports),
    sources: makeSources(ports),
    tasks: makeTasks(ports),
    annotations: makeAnnotations(ports),
    exports: makeExports(ports),
    imports: makeImports(ports),
    backups: makeBackups(ports),
    jobs: ports.jobs,
    preferences: ports.preferences,
    shell: ports.shell,
    makeId: ports.makeId,
  };
}

export type Services = ReturnType<typeof makeServices>;
