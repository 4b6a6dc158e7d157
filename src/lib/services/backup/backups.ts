import { type ProjectId, asId } from '$lib/domain/ids';
import { backupPictures, type BackupPictures } from './backup-pictures';
import { forgetModelFiles } from '../release-models';
import { archiveName } from '../archive-name';
import { ownProfileId } from '../own-profile';
import type { Ports } from '../ports/ports';
import type { BackupInput, RestoreInput, RestorePreview } from './contract';
import type { JobOutcome, Progress } from '../ports/job-report';

export type BackupChoice = Omit<BackupInput, 'target' | 'madeBy'>;

const REMIND_AFTER_MS = 7 * 24 * 3600 * 1000;
/** Backups of everything, and restores, belong to no single project. */
const EVERYTHING = asId<'project'>('everything');

export function makeBackups(ports: Ports) {
  const { database, archives, jobs, clock, preferences, locks, folders } = ports;
  const lastAt = (): number | null => {
    const text = preferences.get('last-backup');
    return text === null ? null : Number(text);
  };
  return {
    /** `projectId` is null for all projects. */
    pictures: (projectId: ProjectId | null): Promise<BackupPictures> => backupPictures(ports, projectId),

    /** Asks for a file and writes the backup there. Returns null if the person closed the dialog. */
    async run(choice: BackupChoice): Promise<JobOutcome | null> {
      const project = choice.projectId === null ? null : await database.projects.get(choice.projectId);
      const name = archiveName(project?.name ?? 'kakomi', 'backup', new Date(clock.now()), 'kakomi');
      const target = await archives.choose(name);
      if (target === null) return null;
      const input: BackupInput = { ...choice, target, madeBy: ownProfileId(ports) };
      const outcome = await jobs.run({
        kind: 'backup',
        projectId: choice.projectId ?? EVERYTHING,
        title: target.name,
        input,
        finish: () => archives.deliver(target),
      });
      if (outcome.state === 'done') preferences.set('last-backup', String(clock.now()));
      return outcome;
    },

    async preview(
      file: File,
      passphrase: string | null,
      signal: AbortSignal,
      onProgress: (progress: Progress) => void,
    ): Promise<{ readonly outcome: JobOutcome; readonly preview: RestorePreview | null }> {
      const outcome = await start(
        { file, passphrase, mode: 'preview' },
        { isQuiet: true, signal, onProgress },
      );
      return {
        outcome,
        preview: outcome.state === 'done' ? (outcome.report.preview ?? null) : null,
      };
    },

    /**
     * Restores a backup. In a browser without any project, restoring a person's backup of everything makes that person
     * the one at this browser: so new work continues theirs, also when it is merged with that of their other computer.
     */
    async restore(file: File, passphrase: string | null, mode: 'beside' | 'merge'): Promise<JobOutcome> {
      const isNewBrowser = (await database.projects.all()).length === 0;
      const outcome = await start({ file, passphrase, mode }, {});
      const madeBy = outcome.state === 'done' ? outcome.report.madeBy : undefined;
      if (isNewBrowser && madeBy !== undefined) preferences.set('profile', madeBy);
      return outcome;
    },

    /**
     * Deletes, at the start, what an interrupted restore left. Its projects were never visible, and everything in them
     * is in the backup. Returns the number of deleted projects.
     */
    async clearCutOff(): Promise<number> {
      if ((await database.projects.restoring()).length === 0) return 0;
      // The lock is held by a restore in progress in another tab.
      const release = await locks.tryHold(`job/restore/${EVERYTHING}`);
      if (release === null) return 0;
      try {
        const left = await database.projects.restoring();
        for (const id of left) {
          const sources = await database.sources.forProject(id);
          const models = await database.models.forProject(id);
          await database.projects.delete(id);
          for (const source of sources) await folders.forget(source.id);
          await forgetModelFiles(ports, models);
        }
        return left.length;
      } finally {
        release();
      }
    },

    /**
     * Returns how many days ago the last backup was made, if there is work and the backup is old; otherwise null, for
     * no reminder.
     */
    async reminder(projectIds: readonly ProjectId[]): Promise<{ readonly days: number | null } | null> {
      let first: number | null = null;
      for (const id of projectIds) {
        const project = await database.projects.get(id);
        const { submitted, draft } = await database.tasks.counts(id);
        if (project && submitted + draft > 0) first = Math.min(first ?? Infinity, project.createdAt);
      }
      const last = lastAt();
      if (first === null || clock.now() - (last ?? first) < REMIND_AFTER_MS) return null;
      return { days: last === null ? null : Math.floor((clock.now() - last) / 86_400_000) };
    },
  };

  function start(
    input: RestoreInput,
    how: { isQuiet?: boolean; signal?: AbortSignal; onProgress?: (progress: Progress) => void },
  ) {
    return jobs.run({ kind: 'restore', projectId: EVERYTHING, title: input.file.name, input, ...how });
  }
}
