using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Causeway.Arm;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.Resources;
using Causeway.Domain.Circuits;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Circuits;

/// <summary>What can be asked of a router about a peering.</summary>
public enum TableKind
{
    Arp,
    Routes,

    /// <summary>Of <see cref="Routes"/>, those that were heard.</summary>
    Accepted,
    Refused,

    /// <summary>Of <see cref="Routes"/>, those that the customer is told.</summary>
    Announced,
    Summary,

    /// <summary>As <see cref="Summary"/>, with the names that cross connections have for it.</summary>
    CrossSummary,
}

/// <summary>
/// Theory of operation. Tables are asked from the router itself, and only the node that drives it can do that. So the request, on whichever node it comes,
/// begins an operation and asks for an effect that needs the pair's lease; the owner runs it, reads the router, and ends the operation with the table as its
/// result, which the client fetches. A circuit that is on no router has empty tables; a router that nobody drives in time is an error of the operation.
/// </summary>
public sealed class RouteTables(CircuitDesk desk, Engine engine, CircuitWorkflow workflow, IRouters routers, TimeProvider time)
    : IEffectHandler
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(20);

    /// <summary>Reads a table of a router, under the lease of its pair.</summary>
    public const string ReadRoutes = "ReadRoutes";

    public string Kind => ReadRoutes;

    public EffectPolicy Policy { get; } = EffectPolicy.Default with { Deadline = AnswerWithin, GiveUpAfter = AnswerWithin };

    public ImmutableArray<Addressed> GiveUp(Effect effect, string why)
    {
        TableQuestion question = JsonSerializer.Deserialize(effect.Body.Span, TableJson.Default.TableQuestion)!;
        var missed = new RouterNotAsked(time.GetUtcNow(), question.Operation, NotAvailable($"{question.Side} ({why})"));
        return [new Addressed(effect.Resource, workflow.Type, missed)];
    }

    internal async ValueTask<ArmResult> StartAsync(ArmRequest request, Circuit circuit, Peering peering, TableKind kind)
    {
        string path = request.Route("devicePath");
        if (!Enum.TryParse(path, ignoreCase: true, out Side side) || !Enum.IsDefined(side) || char.IsAsciiDigit(path[0]))
            return Refusal.Invalid("InvalidParameter", $"'{path}' is not a device path: use primary or secondary.", "devicePath");
        Operation operation = new(
            request.RequestId,
            request.Id,
            $"POST {request.Endpoint.Action}",
            request.Caller.ObjectId,
            OperationStatus.InProgress,
            request.Now
        );
        await BeginAsync(operation, circuit, new TableQuestion(operation.Id, kind, peering.Type, side, request.Now + AnswerWithin));
        return new ArmResult.Accepted(new ArmOperation(operation.Id, circuit.Location));
    }

    /// <summary>The routes that one side of a circuit's private peering has accepted, read by whoever drives it; empty when nobody answers in time.</summary>
    internal async Task<IReadOnlyList<RouteEntry>> LearnedAsync(Circuit circuit, Side side, CancellationToken cancellation)
    {
        DateTimeOffset until = time.GetUtcNow() + AnswerWithin;
        var question = new TableQuestion(Guid.NewGuid(), TableKind.Accepted, PeeringType.AzurePrivatePeering, side, until);
        if (circuit.Edge is { } edge && routers.Reader(edge.RouterOf(side)) is { } here)
            return await RoutesAsync(here, circuit, question, cancellation);
        var operation = new Operation(
            question.Operation,
            circuit.Id,
            "read routes",
            "causeway",
            OperationStatus.InProgress,
            time.GetUtcNow()
        );
        await BeginAsync(operation, circuit, question);
        while (time.GetUtcNow() < until)
        {
            if (await desk.Store.GetOperationAsync(operation.Id, cancellation) is { Status: not OperationStatus.InProgress } ended)
                return ended.ResultBody.IsEmpty
                    ? []
                    : JsonSerializer.Deserialize(ended.ResultBody.Span, CircuitsContract.Default.ListBodyRouteEntry)!.Value;
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellation);
        }
        return [];
    }

    private Task<CommitOutcome> BeginAsync(Operation operation, Circuit circuit, TableQuestion question)
    {
        bool onRouter =
            circuit is { IsOnRouters: true, Edge: not null } && circuit.FindPeering(question.Peering) is { State.IsWanted: true };
        if (!onRouter)
            return CommitAsync(
                operation with
                {
                    Status = OperationStatus.Succeeded,
                    Finished = operation.Started,
                    ResultBody = Empty(question.Kind),
                }
            );
        string router = circuit.Edge!.RouterOf(question.Side);
        if (desk.Topology.FindRouter(router) is null)
            return CommitAsync(
                operation with
                {
                    Status = OperationStatus.Failed,
                    Finished = operation.Started,
                    Error = NotAvailable(router),
                }
            );
        return CommitAsync(operation, question.ToEffect(circuit.Id, circuit.Edge.Pair));
    }

    private Task<CommitOutcome> CommitAsync(Operation operation, params Effect[] effects) =>
        desk.Store.CommitAsync(
            new Changes { Operations = [new OperationChange.Start(operation)], Effects = [.. effects] },
            CancellationToken.None
        );

    public async Task<EffectOutcome> RunAsync(Effect effect, CancellationToken cancellation)
    {
        TableQuestion question = JsonSerializer.Deserialize(effect.Body.Span, TableJson.Default.TableQuestion)!;
        Circuit? circuit = (await engine.ReadAsync(workflow, effect.Resource, cancellation))?.Resource;
        Refusal? error = null;
        ReadOnlyMemory<byte> table = Empty(question.Kind);
        if (circuit is { IsOnRouters: true, Edge: { } edge })
        {
            string router = edge.RouterOf(question.Side);
            if (routers.Reader(router) is { } reader)
                table = await ReadAsync(reader, circuit, question, cancellation);
            else if (time.GetUtcNow() < question.Until)
                return new EffectOutcome.Retry($"router {router} cannot be asked now", TimeSpan.FromMilliseconds(300));
            else
                error = NotAvailable(router);
        }
        var finish = new OperationChange.Finish(question.Operation, time.GetUtcNow(), error, error is null ? table : default);
        await desk.Store.CommitAsync(new Changes { Operations = [finish] }, cancellation);
        return new EffectOutcome.Done();
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(
        IRouterReader reader,
        Circuit circuit,
        TableQuestion question,
        CancellationToken cancellation
    )
    {
        switch (question.Kind)
        {
            case TableKind.Routes or TableKind.Accepted or TableKind.Announced:
                return Body(await RoutesAsync(reader, circuit, question, cancellation), CircuitsContract.Default.ListBodyRouteEntry);
            case TableKind.Refused:
            {
                var refused = new List<RefusedRouteEntry>();
                await foreach (
                    RouteReport r in reader.RoutesAsync(
                        new RouteQuestion(circuit.InstanceOf(question.Peering), Stage: RouteStage.Refused),
                        cancellation
                    )
                )
                    refused.Add(new(r.Prefix.ToString(), r.NextHop, r.AsPath, (int)r.Refused, r.Refused.ToString()));
                return Body(refused, CircuitsContract.Default.ListBodyRefusedRouteEntry);
            }
            case TableKind.Summary:
                return Body(
                    [.. (await SessionsAsync()).Select(s => new RouteSummaryEntry(s.Theirs, 4, s.PeerAsn.Value, UpDown(s), Prefixes(s)))],
                    CircuitsContract.Default.ListBodyRouteSummaryEntry
                );
            case TableKind.CrossSummary:
                return Body(
                    [.. (await SessionsAsync()).Select(s => new CrossRouteSummaryEntry(s.Theirs, s.PeerAsn.Value, UpDown(s), Prefixes(s)))],
                    CircuitsContract.Default.ListBodyCrossRouteSummaryEntry
                );
            default:
                // No driver has an ARP table to read: the embedded router forwards no packets.
                return Empty(question.Kind);
        }

        async Task<IReadOnlyList<SessionReport>> SessionsAsync() =>
            [
                .. ((await reader.ReadAsync(cancellation)).Find(circuit.InstanceOf(question.Peering))?.Sessions ?? []).Where(s =>
                    CircuitsOnRouters.IsCustomers(s.Name)
                ),
            ];
    }

    private static async Task<IReadOnlyList<RouteEntry>> RoutesAsync(
        IRouterReader reader,
        Circuit circuit,
        TableQuestion question,
        CancellationToken cancellation
    )
    {
        string instance = circuit.InstanceOf(question.Peering);
        var routes = new List<RouteReport>();
        if (question.Kind != TableKind.Announced)
            await foreach (RouteReport route in reader.RoutesAsync(new RouteQuestion(instance, Stage: RouteStage.Accepted), cancellation))
                routes.Add(route);
        // What our own routers tell each other of joined circuits is announced to nobody outside.
        if (question.Kind != TableKind.Accepted)
            await foreach (
                RouteReport route in reader.RoutesAsync(new RouteQuestion(instance, Direction: RouteDirection.Announced), cancellation)
            )
                if (CircuitsOnRouters.IsCustomers(route.Session))
                    routes.Add(route);
        // What a joined circuit's customer announces is accepted of our other router and announced to the customer here: one route.
        return
        [
            .. routes
                .OrderBy(r => r.Prefix)
                .Select(r => new RouteEntry(
                    r.Prefix.ToString(),
                    r.NextHop,
                    r.LocalPreference?.ToString(CultureInfo.InvariantCulture) ?? "",
                    Weight: 0,
                    r.AsPath
                ))
                .Distinct(),
        ];
    }

    private static ReadOnlyMemory<byte> Empty(TableKind kind) =>
        kind switch
        {
            TableKind.Arp => Body([], CircuitsContract.Default.ListBodyArpEntry),
            TableKind.Routes or TableKind.Accepted or TableKind.Announced => Body([], CircuitsContract.Default.ListBodyRouteEntry),
            TableKind.Refused => Body([], CircuitsContract.Default.ListBodyRefusedRouteEntry),
            TableKind.Summary => Body([], CircuitsContract.Default.ListBodyRouteSummaryEntry),
            _ => Body([], CircuitsContract.Default.ListBodyCrossRouteSummaryEntry),
        };

    private static ReadOnlyMemory<byte> Body<T>(IReadOnlyList<T> rows, JsonTypeInfo<ListBody<T>> contract) =>
        JsonSerializer.SerializeToUtf8Bytes(new ListBody<T>(rows), contract);

    private static Refusal NotAvailable(string router) =>
        Refusal.Conflict("RouterNotAvailable", $"Router {router} cannot be asked now: try again, or ask the operator.");

    private static string Prefixes(SessionReport session) =>
        session.IsEstablished ? (session.Received ?? 0).ToString(CultureInfo.InvariantCulture) : session.State;

    /// <summary>
    /// How long it is up, or down, as routers write it: <c>1:20:25</c> within a day, <c>1d14h</c> within a week, then <c>8w4d</c>; <c>never</c> when it was
    /// never up, however often it was tried.
    /// </summary>
    private string UpDown(SessionReport session)
    {
        if ((session.IsEstablished ? session.Since : session.WasUpUntil) is not { } since)
            return "never";
        TimeSpan t = time.GetUtcNow() - since;
        return t.TotalDays < 1 ? $"{t.Hours}:{t.Minutes:00}:{t.Seconds:00}"
            : t.TotalDays < 7 ? $"{t.Days}d{t.Hours}h"
            : $"{t.Days / 7}w{t.Days % 7}d";
    }
}

/// <summary>What the owner of a router is asked for; the body of the effect.</summary>
/// <param name="Operation">Which operation the answer ends.</param>
/// <param name="Until">After that the answer is that the router cannot be asked.</param>
public sealed record TableQuestion(Guid Operation, TableKind Kind, PeeringType Peering, Side Side, DateTimeOffset Until)
{
    /// <summary>The effect that asks; only the node that drives the pair runs it.</summary>
    public Effect ToEffect(ResourceId circuit, string pair) =>
        new(
            $"read-routes/{Operation:D}",
            RouteTables.ReadRoutes,
            circuit,
            JsonSerializer.SerializeToUtf8Bytes(this, TableJson.Default.TableQuestion),
            default
        )
        {
            Needs = IOnRouters.LeaseOf(pair),
        };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(TableQuestion))]
internal sealed partial class TableJson : JsonSerializerContext;
