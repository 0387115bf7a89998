using Orleans.Storage;
using StreamGrains.Contracts.Control;
using StreamGrains.Control;
using StreamGrains.Control.Records;
using StreamGrains.Grains.Interfaces;

namespace StreamGrains.Grains;

internal sealed partial class JobGrain
{
    /// <summary>A job of the cluster: its record is in grain storage and its name on the cluster's list, its slots run where the keeper puts them.</summary>
    private sealed class Place(JobGrain grain) : IJobPlace
    {
        private IJobIndexGrain Index => grain.GrainFactory.GetJobs();

        public Task<IReadOnlyList<WrittenTopics>> Others() => grain.Others();

        public async Task Save(JobRecord record)
        {
            if (grain.life.Record is null) await Index.Add(record.Job);
            var before = grain.stored.State.Text;
            grain.stored.State.Write(record);
            try
            {
                await grain.stored.WriteStateAsync();
            }
            catch (Exception failure)
            {
                grain.stored.State.Text = before;
                // Another activation has written: this one knows an older job.
                if (failure is InconsistentStateException) grain.DeactivateOnIdle();
                throw new IOException($"the grain storage does not take the record of job '{record.Job}': {failure.Message}", failure);
            }
            grain.AdvanceInTime(Every);
        }

        public async Task Forget()
        {
            await Index.Remove(grain.Name);
            await grain.stored.ClearStateAsync();
        }

        /// <summary>One look at all slots. What cannot run on one silo may run on another: that is told by the slot, and the next look asks again.</summary>
        public async Task Run(JobRecord record)
        {
            try
            {
                await grain.keeper.Keep(OrderOf(record), record.Slots);
            }
            catch (Exception failure) when (failure is TimeoutException or OrleansException)
            {
                grain.LogNotSeenTo(record.Job, failure.Message);
            }
        }

        public Task Stop(JobRecord record) => grain.keeper.StopAll(record.Slots);

        public void LookAgainIn(TimeSpan pause)
        {
            // The grain's timer looks every second.
        }

        public void Say(string line, JobLogLevel level) => grain.host.Say(grain.Name, line, level);
    }
}
