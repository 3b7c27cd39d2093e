using System.Text.Json.Nodes;
using Causeway.Hosting;
using Causeway.Registries.Rpki;
using Causeway.Registries.Verdicts;

namespace Causeway.Registry;

/// <summary>Tells of every new state of the data.</summary>
internal sealed class RegistryChanges(RegistryService registries, RegistryLog log) : Loop("changes")
{
    private long _seen = registries.Current.Revision;

    /// <summary>It waits for the next change.</summary>
    public override TimeSpan Patience => Timeout.InfiniteTimeSpan;

    public override async Task<TurnResult> TurnAsync(CancellationToken cancellation)
    {
        RegistryView view = await registries.WaitForChangeAsync(_seen, cancellation);
        _seen = view.Revision;
        log.Say(
            "changed",
            $"changed: {view.Irr.Sources.Sum(s => s.Objects):N0} IRR objects, {view.Rpki.Table.Count:N0} VRPs, {view.PeeringDb.Records:N0} PeeringDB records",
            new JsonObject
            {
                ["revision"] = view.Revision,
                ["irrObjects"] = view.Irr.Sources.Sum(s => s.Objects),
                ["vrps"] = view.Rpki.Table.Count,
                ["peeringDbRecords"] = view.PeeringDb.Records,
            }
        );
        foreach (RpkiDisagreement apart in view.Rpki.Disagreements)
            log.Say(
                "disagreement",
                $"{apart.Source} lacks {apart.Missing:N0} VRPs that another source has",
                new JsonObject { ["source"] = apart.Source, ["missing"] = apart.Missing }
            );
        return new TurnResult($"revision {view.Revision}", TimeSpan.Zero);
    }
}
