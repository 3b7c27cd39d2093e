using System.CommandLine;
using System.Text.Json.Nodes;
using Causeway.Cli.Kit;
using Causeway.Client;
using Causeway.Client.Operations;
using Causeway.Contracts;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.Operations;
using Causeway.Contracts.Resources;

namespace Causeway.Cli.Operations;

/// <summary><c>causeway operator …</c>: how the installation does its work, and what everybody has.</summary>
internal static class OperatorVerbs
{
    private static readonly Column<LoopBody>[] Loops =
    [
        new("loop", l => l.Name),
        new("state", l => l.State),
        new("since", l => l.Since),
        new("turns", l => l.Turns),
        new("lastRun", l => l.LastRunAt),
        new("says", l => l.Says),
        new("failures", l => l.Failures == 0 ? null : l.Failures),
        new("lastProblem", l => l.Failures == 0 ? null : l.LastProblem),
    ];

    private static readonly Column<EffectsBody>[] Kinds =
    [
        new("kind", e => e.Kind),
        new("waiting", e => e.Waiting),
        new("running", e => e.Running),
        new("oldestDue", e => e.OldestDue),
        new("gaveUp", e => e.GaveUp == 0 ? null : e.GaveUp),
        new("lastProblem", e => e.OldestProblem),
    ];

    /// <summary>The node that answers is called by its name.</summary>
    private static Column<Standing>[] Routers =>
        [
            new("router", r => r.Router.Name),
            new("pair", r => r.Router.Pair),
            new("owner", r => r.Owner),
            new("epoch", r => r.Router.Epoch == 0 ? null : r.Router.Epoch),
            new("wanted", r => Short(r.Router.Wanted)),
            new("applied", r => Short(r.Router.Applied)),
            new("seenAt", r => r.Router.At),
            new("problem", r => r.Router.Problem),
        ];

    private static readonly Column<SourceBody>[] Sources =
    [
        new("registrySource", s => s.Name),
        new("kind", s => s.Kind),
        new("records", s => s.Records),
        new("asOf", s => s.AsOf),
        new("heldBack", s => s.HoldsBack ? "!" : null),
        new("problem", s => s.Problem),
        new("since", s => s.ProblemSince),
    ];

    public static IEnumerable<Twig> Twigs => [new("operator", All, As: "operator")];

    private static IEnumerable<Command> All() =>
        [
            new Verb(
                "status",
                ["causeway operator status", "causeway operator status -o json | jq '.loops[] | select(.failures > 0)'"],
                StatusAsync
            ),
            Shape.List(
                "effects",
                ["causeway operator effects"],
                "nothing waits",
                call => call.Client.Operations.EffectsAsync(call.Cancellation),
                [
                    new("kind", e => e.Kind),
                    new("resource", e => e.ResourceId),
                    new("due", e => e.Due),
                    new("runsUntil", e => e.LeasedUntil),
                    new("attempts", e => e.Attempts),
                    new("lastProblem", e => e.LastProblem),
                ]
            ),
            Shape.List(
                "journal",
                [
                    "causeway operator journal",
                    "causeway operator journal --from 2026-11-01 --to 2026-12-01 -o csv",
                    "causeway operator journal --resource /providers/Causeway.Identity/principals/acme",
                ],
                "no journal",
                call =>
                    call.Client.Operations.JournalAsync(
                        call.Get<string?>("--resource"),
                        call.Get<string?>("--from"),
                        call.Get<string?>("--to"),
                        call.Has("--from") || call.Has("--to") ? null : call.Get<long>("--latest"),
                        call.Cancellation
                    ),
                [
                    new("when", e => e.At),
                    new("who", e => e.ActorName ?? e.Actor),
                    new("resource", e => e.ResourceId),
                    new("what", e => e.What),
                    new("state", e => $"{e.From} -> {e.To}"),
                    new("why", e => e.Why),
                    new("difference", e => DifferenceBody.Summary(e.Differences)),
                ],
                Opt.Text("--resource", "ID"),
                Opt.Text("--from", "WHEN"),
                Opt.Text("--to", "WHEN"),
                new Option<long>("--latest") { HelpName = "N", DefaultValueFactory = _ => 100 }
            ),
            Shape.List("routers", ["causeway operator routers"], "no routers", RoutersAsync, Routers),
        ];

    /// <summary>A router with its owner as people call it.</summary>
    private sealed record Standing(RouterStandingBody Router, string? Owner);

    private static Standing[]? Standings(StatusBody status) =>
        status.Routers?.Select(r => new Standing(r, r.Owner == status.NodeId ? status.Node : r.Owner)).ToArray();

    private static async Task<IReadOnlyList<Document<Standing>>> RoutersAsync(CliCall call)
    {
        Document<StatusBody> status = await call.Client.Operations.StatusAsync(call.Cancellation);
        return Standings(status.Body) is { } routers
            ? Documents(routers, status.Json["routers"])
            : throw new CliException(call.Words["store away", status.Body.Store.Problem ?? ""], ExitCode.Unreachable);
    }

    private static async Task StatusAsync(CliCall call)
    {
        Document<StatusBody> status = await call.Reading(call.Client.Operations.StatusAsync(call.Cancellation));
        if (!call.ForPeople)
        {
            Printer.Raw(call, status.Json);
            return;
        }
        StatusBody body = status.Body;
        LoopBody[] unwell = [.. body.Loops.Where(l => l.State is not ("Running" or "Waiting"))];
        call.Out.WriteLine(
            unwell.Length == 0
                ? call.Words["all loops work", body.Node, body.Loops.Count]
                : call.Words[
                    "some loops do not work",
                    body.Node,
                    unwell.Length,
                    body.Loops.Count,
                    string.Join(", ", unwell.Select(l => l.Name))
                ]
        );
        call.Out.WriteLine(
            body.Store.Answers ? call.Words["store answers", body.Store.Name] : call.Words["store away", body.Store.Problem ?? ""]
        );
        call.Out.WriteLine(call.Words["topology revision", body.Topology.Source, body.Topology.Revision]);
        if (body.WakeUps is { } wakeUps)
            call.Out.WriteLine(
                wakeUps.Next is { } next
                    ? call.Words["wake-ups", wakeUps.Waiting, next.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'")]
                    : call.Words["no wake-ups"]
            );
        Section(body.Loops, "loops", "no loops", Loops);
        if (body.Effects is { } effects)
            Section(effects, "effects", "nothing waits", Kinds);
        if (Standings(body) is { } routers)
            Section(routers, "routers", "no routers", Routers);
        if (body.Sources.Count > 0)
            Section(body.Sources, "sources", "no sources", Sources);
        foreach (SourceBody source in body.Sources.Where(s => s.HoldsBack))
            call.Out.WriteLine(call.Words["source held back", source.Name]);

        void Section<T>(IReadOnlyList<T> items, string member, string nothing, IReadOnlyList<Column<T>> columns)
        {
            call.Out.WriteLine();
            Printer.List(call, Documents(items, status.Json[member]), nothing, columns);
        }
    }

    /// <summary>Members of an answer, each with its own JSON.</summary>
    private static Document<T>[] Documents<T>(IReadOnlyList<T> items, JsonNode? json) =>
        [.. items.Select((item, i) => new Document<T>(item, json![i]!))];

    /// <summary>Fingerprints are compared by people with their eyes.</summary>
    private static string? Short(string? fingerprint) => fingerprint is { Length: > 12 } ? fingerprint[..12] : fingerprint;
}
