using System.Globalization;
using StreamGrains.Contracts.Control;
using StreamGrains.Control.Records;
using StreamGrains.Control.Savepoints;
using StreamGrains.Control.Supervision;
using StreamGrains.Engine;

namespace StreamGrains.Control;

/// <summary>
/// Savepoints of a job that stands still, and what begins from them: the same job from an older state, with other slots, or under another spec. The caller stops the job's slots before, keeps the record that is
/// returned, and starts them after. Any thread; the caller sees to it that one thing at a time happens to a job.
/// </summary>
public sealed class GenerationChange(IJobEnvironment environment, SubmissionCheck check, TimeProvider time)
{
    /// <summary>Takes a savepoint of a job whose slots have left.</summary>
    public async Task<Answer<Savepoint>> Take(JobRecord record, CancellationToken cancel)
    {
        // A generation that has begun in part would be taken for one whose other slots are new.
        if (record.Seed is { } seed) return Refusal.Of(RefusalKind.Conflict, $"job '{record.Job}' has not begun from savepoint '{seed.Savepoint}' yet: see that it starts first");
        try
        {
            var plan = await check.Plan(record.Submission, record.Generation, cancel);
            var at = time.GetUtcNow();
            return await Task.Run(() => new SavepointWriter(environment, plan).Take(SavepointStore.NewId(at), record.Revision, record.Submission, at, cancel), cancel);
        }
        catch (Exception failure) when (OutsideFailures.RefusalOf(failure) is { } refusal)
        {
            return refusal;
        }
    }

    /// <summary>Savepoints of a job, oldest first.</summary>
    public async Task<Answer<IReadOnlyList<Savepoint>>> List(JobRecord record, CancellationToken cancel)
    {
        try
        {
            return new Answer<IReadOnlyList<Savepoint>>(await WithStore(record, store => store.List(), cancel), null);
        }
        catch (Exception failure) when (OutsideFailures.RefusalOf(failure) is { } refusal)
        {
            return refusal;
        }
    }

    /// <summary>Removes a savepoint, also one that cannot be read; refused for the one that the job is to begin from and has not yet.</summary>
    public async Task<Answer<RemovedSavepoint>> Remove(JobRecord record, string savepoint, CancellationToken cancel)
    {
        if (record.Seed?.Savepoint == savepoint)
            return Refusal.Of(RefusalKind.Conflict, $"job '{record.Job}' is to begin from savepoint '{savepoint}' and has not yet: see that it starts first");
        try
        {
            return await WithStore<Answer<RemovedSavepoint>>(record, async store =>
            {
                var there = await store.Ids();
                if (!there.Contains(savepoint)) return Missing(record, savepoint, there);
                await store.Remove(savepoint);
                return new RemovedSavepoint(record.Job, savepoint);
            }, cancel);
        }
        catch (Exception failure) when (OutsideFailures.RefusalOf(failure) is { } refusal)
        {
            return refusal;
        }
    }

    /// <summary>Removes all savepoints but the newest so many, and the one that the job is to begin from and has not yet.</summary>
    public async Task<Answer<IReadOnlyList<RemovedSavepoint>>> KeepNewest(JobRecord record, int keep, CancellationToken cancel)
    {
        try
        {
            return new Answer<IReadOnlyList<RemovedSavepoint>>(await WithStore(record, async store =>
            {
                List<string> old = [.. (await store.Ids()).SkipLast(keep).Where(id => id != record.Seed?.Savepoint)];
                foreach (var id in old) await store.Remove(id);
                return old.ConvertAll(id => new RemovedSavepoint(record.Job, id));
            }, cancel), null);
        }
        catch (Exception failure) when (OutsideFailures.RefusalOf(failure) is { } refusal)
        {
            return refusal;
        }
    }

    /// <summary>The record of a job that is to begin from a savepoint, with these slots; a refusal when that does not fit.</summary>
    public async Task<Answer<JobRecord>> From(JobRecord record, string savepoint, int slots, CancellationToken cancel)
    {
        try
        {
            if (await WithStore(record, store => store.Find(savepoint), cancel) is not { } manifest)
                return Missing(record, savepoint, await WithStore(record, store => store.Ids(), cancel));
            if ((await check.Plan(record.Submission, record.Generation, cancel)).Slots is { } written && written != slots)
                return Refusal.Of(
                    RefusalKind.Conflict, string.Create(CultureInfo.InvariantCulture, $"the spec of job '{record.Job}' says slots: {written}: hand it in without that first, and then change them"));
            if (manifest.Fingerprint != record.Fingerprint)
                return Refusal.Of(
                    RefusalKind.Conflict, $"savepoint '{savepoint}' is of revision {manifest.Revision} of job '{record.Job}', whose state means something else: hand that spec in again first, or choose another savepoint");
            if (slots > manifest.Partitions[0])
                return Refusal.Of(RefusalKind.Invalid, string.Create(CultureInfo.InvariantCulture, $"job '{record.Job}' reads {manifest.Partitions[0]} partitions; more slots than that would have nothing to do"));
            // What has not begun has had no owners: those that are to be shut out are of the generation before it.
            return record with { Slots = slots, Generation = record.Generation + 1, Seed = new SeedOrder(savepoint, record.Seed?.Before ?? record.Generation), Wanted = true };
        }
        catch (Exception failure) when (OutsideFailures.RefusalOf(failure) is { } refusal)
        {
            return refusal;
        }
    }

    /// <summary>The record of a job that is to go on under another spec, with the state that carries over: from a savepoint that is taken now. A refusal when that cannot be.</summary>
    public async Task<Answer<JobRecord>> Upgrade(JobRecord before, JobRecord after, CancellationToken cancel)
    {
        var taken = await Take(before, cancel);
        if (taken.Value is not { } savepoint) return taken.Refusal!;
        try
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"{savepoint.Id}-r{after.Revision}");
            var (old, next) = (await check.Plan(before.Submission, before.Generation, cancel), await check.Plan(after.Submission, after.Generation, cancel));
            var blobs = environment.OpenStorage(old);
            using var owned = blobs as IDisposable;
            await Task.Run(
                async () => await new SavepointUpgrade(blobs, old, next).Write((await new SavepointStore(blobs, old.Name).Find(savepoint.Id))!, id, after, cancel), cancel);
            return await From(after, id, after.Slots, cancel);
        }
        catch (JobFailed unfit)
        {
            return Refusal.Of(RefusalKind.Conflict, $"job '{before.Job}' stays at revision {before.Revision}: {unfit.Message}");
        }
        catch (Exception failure) when (OutsideFailures.RefusalOf(failure) is { } refusal)
        {
            return refusal;
        }
    }

    /// <summary>
    /// Has the job's generation begin, if it has not: the record without its order, to be kept; or why it could not, and then it is to be tried again.
    /// </summary>
    public async Task<Answer<JobRecord>> Begin(JobRecord record, Action<string> notice, CancellationToken cancel)
    {
        if (record.Seed is not { } seed) return record;
        try
        {
            var first = await check.Plan(record.Submission, 1, cancel);
            var manifest = await WithStore(record, store => store.Find(seed.Savepoint), cancel)
                ?? throw new JobFailed($"savepoint '{seed.Savepoint}', which job '{record.Job}' is to begin from, is not there any more");
            await Task.Run(
                () => new SavepointSeeder(environment, notice).Begin(first.AtGeneration(seed.Before), first.AtGeneration(record.Generation), record.Slots, manifest, cancel), cancel);
            return record with { Seed = null };
        }
        catch (Exception failure) when (OutsideFailures.RefusalOf(failure) is { } refusal)
        {
            return refusal;
        }
    }

    /// <summary>The refusal of a number of slots that no job can have; null for one that a job can.</summary>
    public static Refusal? WrongSlots(int slots) => slots is < 1 or > 1024 ? Refusal.Of(RefusalKind.Invalid, "a job has 1 to 1024 slots") : null;

    private static Refusal Missing(JobRecord record, string savepoint, IReadOnlyList<string> there)
    {
        var near = NearestName.Of(savepoint, there.Reverse());
        return Refusal.Of(RefusalKind.NotFound, $"job '{record.Job}' has no savepoint '{savepoint}'{(near is null ? "" : $"; did you mean '{near}'?")}");
    }

    private async Task<T> WithStore<T>(JobRecord record, Func<SavepointStore, Task<T>> question, CancellationToken cancel)
    {
        var plan = await check.Plan(record.Submission, record.Generation, cancel);
        var blobs = environment.OpenStorage(plan);
        using var owned = blobs as IDisposable;
        return await Task.Run(() => question(new SavepointStore(blobs, plan.Name)), cancel);
    }
}
