using StreamGrains.Contracts.Control;
using StreamGrains.Control.Records;

namespace StreamGrains.Control;

public sealed partial class LocalJobs
{
    /// <summary>One job of this process: its record is a file, its slots run here. What changes it waits for what did before.</summary>
    private sealed class LocalJob : IJobPlace, IDisposable
    {
        private readonly string job;
        private readonly LocalJobs all;
        private readonly SemaphoreSlim gate = new(1);
        private readonly ITimer again;

        public LocalJob(string job, LocalJobs all)
        {
            (this.job, this.all) = (job, all);
            again = all.time.CreateTimer(_ => _ = LookAgain(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            Life = new JobLifecycle(job, this, all.check, all.generations, all.time, all.ending.Token);
        }

        public JobLifecycle Life { get; }

        public async Task<T> Alone<T>(Func<Task<T>> change, CancellationToken cancel)
        {
            await gate.WaitAsync(cancel);
            try
            {
                return await change();
            }
            finally
            {
                gate.Release();
            }
        }

        /// <summary>Looks after the job.</summary>
        public async Task Advance(CancellationToken cancel) => await Alone(
            async () =>
            {
                await Life.Advance();
                return true;
            },
            cancel);

        public Task<IReadOnlyList<WrittenTopics>> Others() => all.Written();

        public Task Save(JobRecord record)
        {
            all.files.Save(record);
            return Task.CompletedTask;
        }

        public Task Forget()
        {
            all.files.Remove(job);
            return Task.CompletedTask;
        }

        public async Task Run(JobRecord record)
        {
            var plan = await all.check.Plan(record.Submission, record.Generation, all.ending.Token);
            for (var slot = 0; slot < record.Slots; slot++) all.host.Take(plan, record.Run, slot);
        }

        public Task Stop(JobRecord record) => all.host.Stop(job);

        public void LookAgainIn(TimeSpan pause) => again.Change(pause, Timeout.InfiniteTimeSpan);

        public void Say(string line, JobLogLevel level) => all.host.Say(job, line, level);

        public void Dispose()
        {
            again.Dispose();
            gate.Dispose();
        }

        private async Task LookAgain()
        {
            try
            {
                if (!all.ending.IsCancellationRequested) await Advance(all.ending.Token);
            }
            catch (Exception gone) when (gone is OperationCanceledException or ObjectDisposedException)
            {
                // The server stops; what starts again later goes on with the job.
            }
        }
    }
}
