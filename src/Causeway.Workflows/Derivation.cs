using System.Globalization;
using System.Text;
using Causeway.Workflows.Documents;
using Causeway.Workflows.Storage;
using Microsoft.Extensions.Logging;

namespace Causeway.Workflows;

/// <summary>
/// Brings what follows from states (claims, labels, wake-ups) up to this program. A resource that an older program stored has what that one derived; the engine
/// only writes differences, so what this one derives beside it would be missing until the resource moves twice. Done once per <see cref="Version"/>, at the
/// start, before anything relies on it; several nodes may do it at once, and a start that is interrupted does it again. What an older program derived and
/// this one does not is left, as nodes of that program may still be running.
/// </summary>
public static partial class Derivation
{
    /// <summary>To be raised when a workflow derives something that it did not before. 2: labels of pairs, edges and orders, wake-ups.</summary>
    public const int Version = 2;

    private const string Setting = "derived";

    /// <param name="isFirstStart">What is stored was stored by this very start: there is nothing to tell.</param>
    public static async Task BringUpAsync(
        IStore store,
        IEnumerable<IWorkflow> workflows,
        ILogger log,
        bool isFirstStart,
        CancellationToken cancellation
    )
    {
        byte[] mine = Encoding.ASCII.GetBytes(Version.ToString(CultureInfo.InvariantCulture));
        string setting = $"{Setting}/{Version}";
        if (await store.GetSettingAsync(setting, cancellation) is not null)
            return;
        long count = 0;
        foreach (IWorkflow workflow in workflows)
        {
            string? after = null;
            do
            {
                Page<StoredResource> page = await store.ListAsync(
                    new ResourceQuery
                    {
                        Type = workflow.Type,
                        After = after,
                        Most = workflow.RowsAtOnce,
                    },
                    cancellation
                );
                if (page.Items.Count > 0)
                    await Parallel.ForEachAsync(
                        page.Items,
                        cancellation,
                        async (row, stop) => await DeriveAsync(store, workflow, row, log, stop)
                    );
                count += page.Items.Count;
                after = page.After;
            } while (after is not null);
        }
        await store.GetOrAddSettingAsync(setting, mine, cancellation);
        if (count > 0 && !isFirstStart)
            Brought(log, count);
    }

    private static async Task DeriveAsync(IStore store, IWorkflow workflow, StoredResource row, ILogger log, CancellationToken cancellation)
    {
        for (StoredResource? now = row; now is not null; now = await store.GetAsync(row.Id, cancellation))
            try
            {
                switch (await store.CommitAsync(workflow.Derive(now), cancellation))
                {
                    case CommitOutcome.Committed:
                        return;
                    case CommitOutcome.RevisionConflict:
                        continue; // It moved meanwhile, and what it derived then is whole only in part.
                    case var refused:
                        LeftOut(log, row.Id.Text, refused.ToString());
                        return;
                }
            }
            catch (UnreadableDocumentException e)
            {
                LeftOut(log, row.Id.Text, e.Message);
                return;
            }
    }

    [LoggerMessage(1031, LogLevel.Information, "Derived claims, labels and wake-ups of {Count} resources that an older program stored")]
    private static partial void Brought(ILogger log, long count);

    [LoggerMessage(1032, LogLevel.Warning, "What follows from {Resource} could not be derived anew: {Why}")]
    private static partial void LeftOut(ILogger log, string resource, string why);
}
