using System.Net;
using System.Text.Json.Nodes;
using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Registries;
using Causeway.Registries.Proof;
using Causeway.Registries.Rpki;
using Causeway.Registries.Service;
using Causeway.Registries.Serving.Rtr;
using Causeway.Registries.Serving.Whois;

namespace Causeway.Lab.Registry;

/// <summary>The registries of one data folder with their two ports, from the start to the end of the process.</summary>
internal static class RegistryServing
{
    public static async Task RunAsync(
        RegistryOptions options,
        IPEndPoint? whoisAt,
        IPEndPoint? rtrAt,
        IReadOnlyList<IpPrefix> routers,
        RegistryLog log,
        TimeProvider clock,
        CancellationToken cancellation
    )
    {
        using FileLock held =
            FileLock.TryTake(RegistrySnapshot.LockFile(options.DataFolder), options.DataFolder)
            ?? throw new IOException($"Another 'registry run' writes {options.DataFolder}: stop it, or name another folder with --data.");
        using var registries = new RegistryService(options, clock);
        registries.Trouble += log.Problem;
        registries.Removed += source =>
            log.Say(
                "removed",
                $"removed {source}: no dump and no mirror on the command line provides it any more",
                new JsonObject { ["source"] = source }
            );
        registries.Alarm += source => Alarm(source, log, clock);
        registries.Recovered += source =>
            log.Say("recovered", $"recovered {source.Name}: {source.Records:N0} records", RegistryAnswers.Json(source, clock.GetUtcNow()));
        await using var supervisor = new Supervisor(clock, new LoopLog(log.Problem));
        await using WhoisServer? whois = whoisAt is null
            ? null
            : new WhoisServer(() => registries.Irr.Current, new WhoisOptions { Listen = whoisAt }, clock, supervisor);
        await using RtrServer? rtr = rtrAt is null
            ? null
            : new RtrServer(rtrAt, new RtrServerOptions { KnownRouters = routers }, clock, supervisor);
        if (rtr is not null)
        {
            registries.Rpki.Changed += view => rtr.Publish(view.Table);
            if (registries.Rpki.View.Table.Count > 0)
                rtr.Publish(registries.Rpki.View.Table);
        }
        log.Say(
            "serving",
            $"serving{(whois is null ? "" : $" whois on {whois.EndPoint}")}{(rtr is null ? "" : $" rtr on {rtr.EndPoint}")} from the snapshot in {options.DataFolder}",
            new JsonObject
            {
                ["whois"] = whois?.EndPoint.ToString(),
                ["rtr"] = rtr?.EndPoint.ToString(),
                ["data"] = options.DataFolder,
            }
        );
        long seen = 0;
        try
        {
            if (await registries.LoadAsync(log, cancellation) is { } report)
            {
                log.Say(
                    "loaded",
                    $"loaded {report.Objects:N0} IRR objects from {report.Bytes / 1e6:N1} MB in {report.Elapsed.TotalSeconds:0.0} s",
                    new JsonObject
                    {
                        ["objects"] = report.Objects,
                        ["bytes"] = report.Bytes,
                        ["seconds"] = Math.Round(report.Elapsed.TotalSeconds, 3),
                    }
                );
                foreach (string failure in report.Failures)
                    log.Problem(failure);
            }
            // A load leaves hundreds of megabytes of garbage that nothing here would soon ask for: given back to the system before serving goes on.
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            foreach (SourceStatus status in registries.Status())
                log.Say(
                    "source",
                    $"source {status.Name} ({status.Kind}): {status.Records:N0} records",
                    RegistryAnswers.Json(status, clock.GetUtcNow())
                );
            seen = registries.Current.Revision;
            log.Say("ready", $"ready; to ask: causeway registry status --data {options.DataFolder}", []);
            foreach (Loop loop in registries.Loops.Append(new Endless("telling of changes", LoopStage.Upkeep, TellOfChangesAsync)))
                supervisor.Start(loop);
            await Task.Delay(Timeout.InfiniteTimeSpan, clock, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Asked to stop.
        }

        async Task TellOfChangesAsync(CancellationToken stop)
        {
            while (true)
            {
                RegistryView view = await registries.WaitForChangeAsync(seen, stop);
                seen = view.Revision;
                Tell(view, log);
            }
        }
    }

    private static void Alarm(SourceStatus source, RegistryLog log, TimeProvider clock)
    {
        string inUse = source.AsOf is { } asOf
            ? $"{source.Records:N0} records of {asOf.UtcDateTime:yyyy-MM-dd HH:mm} UTC stay in use"
            : "nothing of it is in use";
        log.Say("alarm", $"ALARM {source.Name}: {source.Problem} ({inUse})", RegistryAnswers.Json(source, clock.GetUtcNow()));
    }

    private static void Tell(RegistryView view, RegistryLog log)
    {
        long objects = view.Irr.Sources.Sum(s => s.Objects);
        log.Say(
            "changed",
            $"changed: {objects:N0} IRR objects, {view.Rpki.Table.Count:N0} VRPs, {view.PeeringDb.Records:N0} PeeringDB records",
            new JsonObject
            {
                ["revision"] = view.Revision,
                ["irrObjects"] = objects,
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
    }
}
